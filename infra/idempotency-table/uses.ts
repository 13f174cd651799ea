const READ = ['dynamodb:GetItem'] as const;
const CLAIM = ['dynamodb:UpdateItem'] as const;
const READ_AND_CLAIM = [...READ, ...CLAIM] as const;

/** All that each part of the library asks of its table; a transaction needs the actions of its items. */
const ACTIONS = {
  idempotencyKey: CLAIM,
  makeIdempotent: CLAIM,
  singleUseToken: ['dynamodb:DeleteItem'],
  /** Of `singleUseToken`: the token is kept, and updated like any record. */
  retainResult: CLAIM,
  issueToken: ['dynamodb:PutItem'],
  /** The remembered answer, which `readFirst` looks for. The writes themselves go to other tables. */
  uniqueIndex: ['dynamodb:PutItem'],
  wait: READ_AND_CLAIM,
  readFirst: READ_AND_CLAIM,
  resolve: CLAIM,
  powertoolsRecords: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
} as const satisfies Record<string, readonly `dynamodb:${string}`[]>;

/** What of the library a function uses: named after the middleware, the function or the option. */
export type Use = keyof typeof ACTIONS;

/** @throws {Error} when a use is unknown */
export const actionsOf = (uses: readonly Use[]): string[] => {
  for (const use of uses) {
    if (Object.hasOwn(ACTIONS, use)) continue;
    throw new Error(
      `attach: unknown use ${JSON.stringify(use)}. Known uses: ${Object.keys(ACTIONS).sort().join(', ')}.`,
    );
  }
  const isOfUniqueIndex = uses.includes('uniqueIndex');
  const granted = uses.flatMap((use): readonly string[] =>
    use === 'readFirst' && isOfUniqueIndex ? READ : ACTIONS[use],
  );
  return [...new Set(granted)].sort();
};
