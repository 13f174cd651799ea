import { readFileSync } from 'node:fs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { defaultAttributes } from '../../functions/idempotency/dynamodb/table-layout.ts';
import { type DynamoDBApi, dynamoDBStore, type IdempotencyStore } from '../../functions/idempotency/entries/main.ts';

type Changes = Record<'written' | 'removed', Set<string>>;
type Call = (store: IdempotencyStore) => Promise<unknown>;

const [nowMs, expiresAtSeconds] = [5000, 100];
const asked = { id: 'id', nowMs, expiresAtSeconds, fingerprint: 'f', keyHash: 'h', requestId: 'r', takeOver: true };
const claimed = { ...asked, leaseExpiresAtMs: 9000, from: 'absent' as const };
const [me, tried] = [{ owner: 'me' }, { owner: 'execution', fence: 'try 2' }];
const answers = [{ encoding: 'json' as const, data: '1', thrown: true as const }, { encoding: 'undefined' as const }];
const record = (fields: object) => marshall({ id: 'id', expiresAt: 100, fingerprint: 'f', ...fields });
const running = { status: 'IN_PROGRESS', owner: 'me', leaseExpiresAt: 9000 };
const ofTry = (fence: string) => ({ ...running, owner: 'execution', fence, claimedBy: fence });

/** What each verb meets, in every way that makes it write something else: with each, the item that refuses its first write, if one does. */
const calls: Record<string, [Call, refusedBy?: ReturnType<typeof record>][]> = {
  claim: [
    [(store) => store.claim({ ...claimed, ...me })],
    [(store) => store.claim({ ...claimed, ...tried })],
    [(store) => store.claim({ ...claimed, ...me, requestId: undefined, expiresAtSeconds: undefined })],
    [(store) => store.claim({ ...claimed, ...me }), record({ status: 'COMPLETED', expiresAt: 1 })],
  ],
  resume: [[(store) => store.claim({ ...claimed, ...tried }), record(ofTry('try 1'))]],
  complete: [me, tried].flatMap((writer) =>
    answers.map((result): [Call] => [(store) => store.complete({ id: 'id', ...writer, result, expiresAtSeconds })]),
  ),
  release: [me, tried].flatMap((writer) =>
    (['failed', 'refused', 'unknown'] as const).map((end): [Call] => [
      (store) =>
        store.release({
          ...{ id: 'id', ...writer, from: 'absent', end, previous: undefined, stray: true, expiresAtSeconds },
        }),
    ]),
  ),
  undo: [
    [(store) => store.undo({ id: 'id', ...me, fence: undefined, from: 'absent', nowMs, expiresAtSeconds })],
    ...[{ attempt: 2 }, { attempt: 2, ended: 1 }].map((runs): [Call, ReturnType<typeof record>] => [
      (store) => store.undo({ id: 'id', ...me, fence: undefined, from: 'absent', nowMs, expiresAtSeconds }),
      record({ ...running, ...runs }),
    ]),
  ],
  issue: [[(store) => store.issue({ id: 'id', keyHash: 'h', nowMs, expiresAtSeconds })]],
  resolve: [undefined, ...answers].map((result): [Call] => [
    (store) => store.resolve({ id: 'id', nowMs, expiresAtSeconds, ...(result && { result }) }),
  ]),
};

/** What the last write of a call changes: the one before it was refused. */
const changesOf = async ([call, refusedBy]: [Call, ReturnType<typeof record>?]): Promise<Changes> => {
  const changes: Changes = { written: new Set(), removed: new Set() };
  const refusals = refusedBy ? [refusedBy] : [];
  const client = {
    updateItem: async ({ UpdateExpression = '', ExpressionAttributeNames = {} }) => {
      const Item = refusals.pop();
      if (Item) throw Object.assign(new Error(), { name: 'ConditionalCheckFailedException', Item });
      const named = (names: string[]) => names.map((name) => ExpressionAttributeNames[name as never] ?? name);
      const [, set = '', remove = '', add = ''] =
        /^(?:SET (.*?))?(?:\s*REMOVE (.*?))?(?:\s*ADD (.*))?$/.exec(UpdateExpression) ?? [];
      const namesIn = (text: string) => named(text.split(', ').flatMap((part) => part.match(/^#?\w+/) ?? []));
      for (const name of [...namesIn(set), ...namesIn(add)]) changes.written.add(name);
      for (const name of namesIn(remove)) changes.removed.add(name);
      return {};
    },
    putItem: async ({ Item = {} }) => {
      for (const name of Object.keys(Item)) changes.written.add(name);
      return {};
    },
  } as unknown as DynamoDBApi;
  await call(dynamoDBStore({ tableName: 'records', client }));
  return changes;
};

const verbs = Object.keys(calls);
const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');
const rows = new Map(
  [...page.matchAll(/^\| `(\w+)` \| [SNB][^|]*\| ([^|]+) \| ([^|]*)\|/gm)].map(
    ([, name = '', written = '', removed = '']) => [name, { written, removed }],
  ),
);
const verbsIn = (cell: string): string[] => verbs.filter((verb) => new RegExp(`\\b${verb}\\b`).test(cell));

it('docs/architecture.md tells which verb writes and removes each attribute of a record', async () => {
  const found = await Promise.all(
    Object.entries(calls).map(async ([verb, ways]) => ({ verb, all: await Promise.all(ways.map(changesOf)) })),
  );
  const whoever = (kind: keyof Changes, name: string) =>
    found.filter(({ all }) => all.some((changes) => changes[kind].has(name))).map(({ verb }) => verb);
  expect([...rows.keys()].toSorted()).toEqual(['id', ...Object.keys(defaultAttributes)].toSorted());
  for (const [name, { written, removed }] of rows) {
    if (name === 'id') continue;
    expect({ name, written: verbsIn(written), removed: verbsIn(removed) }).toEqual({
      name,
      written: whoever('written', name),
      removed: whoever('removed', name),
    });
  }
});
