import middy from '@middy/core';
import {
  dynamoDBStore,
  type Encryption,
  fromHeader,
  type IdempotencyEvent,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  type RecordCache,
  type ResultOverflow,
  singleUseToken,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import type { TestDatabase } from './dynamodb.ts';
import { httpApiEvent, lambdaContext } from './lambda.ts';
import type { Answer } from './stacked.ts';

interface Options {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the handler returns
  toStore?: (response: any) => any;
  encryption?: Encryption;
}

interface Setting extends Options {
  overflow?: ResultOverflow;
  cache?: RecordCache;
}

export const everyWay = ['idempotencyKey', 'singleUseToken', 'uniqueIndex', 'makeIdempotent'] as const;
export type Way = (typeof everyWay)[number];

/** One HTTP handler behind each of the ways to remember what it answers. */
export const remembering = async (
  database: TestDatabase,
  way: Way,
  handler: () => unknown,
  { overflow, cache, ...options }: Setting = {},
) => {
  const tableName = await database.createTable();
  const store = dynamoDBStore({ tableName, client: database.client, ...(overflow && { overflow }) });
  const token = way === 'singleUseToken' ? await issueToken(store, { scope: 'one', namespace: 'n' }) : 'none';
  const events: IdempotencyEvent[] = [];
  const run = async () => handler();
  const common = { store, quiet: true, namespace: 'n', onEvent: (event: IdempotencyEvent) => events.push(event) };
  const guards = (given: Options): Record<Way, () => unknown> => {
    const all = { ...common, ...given, ...(cache && { cache }) };
    return {
      idempotencyKey: () => middy(run).use(idempotencyKey({ ...all, tellRetention: false, scope: () => 'one' })),
      singleUseToken: () =>
        middy(run).use(
          singleUseToken({ ...common, ...given, retainResult: true, tellRetention: false, scope: () => 'one' }),
        ),
      uniqueIndex: () =>
        middy(run).use(
          uniqueIndex({ ...common, ...given, key: fromHeader('idempotency-key'), scope: () => 'one' }) as never,
        ),
      makeIdempotent: () => makeIdempotent(run, { ...all, name: 'run', scope: () => 'one' }),
    };
  };
  const event = (key: string) => httpApiEvent({ headers: { 'idempotency-key': key, token }, body: {} });
  const caller = (given: Options) => {
    const guarded = guards(given)[way]() as (event: unknown, context: unknown) => Promise<Answer>;
    return (key = 'k', remainingMs = 6000) => {
      const endMs = Date.now() + remainingMs;
      return guarded(event(key), lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() }));
    };
  };
  return {
    store,
    call: caller(options),
    /** The same operations, by a deployment with other options. */
    deployedWith: caller,
    /** How often the operation was done. `uniqueIndex` runs a repeat’s handler, and drops what it wrote. */
    done: () => events.filter(({ type }) => type === 'completed' || type === 'committed').length,
    events,
    items: () => database.items(tableName),
    tableName,
  };
};
