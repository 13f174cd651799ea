import middy from '@middy/core';
import { memoryCache } from '../../../functions/idempotency/entries/cache.ts';
import {
  type DynamoDBStore,
  fromHeader,
  type IdempotentContext,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  resolve,
  singleUseToken,
  uniqueIndex,
  type WritesContext,
} from '../../../functions/idempotency/entries/main.ts';
import { powertoolsRecords } from '../../../functions/idempotency/entries/powertools.ts';
import type { Use } from '../../../infra/idempotency-table.ts';
import { durableContext } from '../../protocol/durable/durable.ts';
import { barrier } from '../../support/barrier.ts';
import { manualClock } from '../../support/clock.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';

export interface Setting {
  /** Opens the store of the handlers, whose every request is recorded. */
  store: DynamoDBStore;
  /** The same records, for what is not to be recorded. */
  unrecorded: DynamoDBStore;
  /** Ends badly what the handlers send to their table. */
  faults: FaultProxy;
}

/** The namespace of everything that the scenarios do, but for Powertools' records. */
export const namespace = 'pay';

const day = 86_400_000;
const created = { statusCode: 201, body: '{}' };
const failed = { statusCode: 500 };
const quiet = { quiet: true };

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const keyed = (id: string, body: unknown = {}) => httpApiEvent({ headers: { 'idempotency-key': id }, body });
const call = (handler: unknown, event: unknown = keyed('k'), context: unknown = lambdaContext()) =>
  (handler as Handler)(event, context).catch((error: unknown) => error);

/** Runs that end one after the other as they are told, each of the same operation. */
const runs =
  (...ends: (() => unknown)[]) =>
  async () =>
    ends.shift()?.() ?? created;

const never = () => new Promise<never>(() => undefined);

interface Scenario {
  use: Use;
  /** Where `use` is asked for together with this, it does this instead of all that it does alone. */
  beside?: Use;
  run(setting: Setting): Promise<unknown>;
}

/** What each use does in all: everything that a function which has it, and no other, may ask of its table. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'idempotencyKey: first, repeat, another payload, from the cache': {
    use: 'idempotencyKey',
    run: async ({ store }) => {
      const cache = memoryCache({ maxBytes: 10_000 });
      const handler = middy(runs()).use(idempotencyKey({ store, namespace, cache, ...quiet }));
      for (const event of [keyed('k'), keyed('k'), keyed('k', { other: true })]) await call(handler, event);
    },
  },
  'idempotencyKey: a failure, a crash, a takeover, a duplicate meanwhile': {
    use: 'idempotencyKey',
    run: async ({ store }) => {
      const { now, advance } = manualClock();
      const handler = middy(runs(() => failed, never)).use(idempotencyKey({ store, namespace, now, ...quiet }));
      await call(handler);
      void call(handler);
      await new Promise((done) => setTimeout(done, 200));
      await call(handler);
      advance(day / 2);
      await call(handler);
    },
  },
  'idempotencyKey: a claim whose answers are lost, and that is taken back': {
    use: 'idempotencyKey',
    run: async ({ store, faults }) => {
      const handler = middy(runs()).use(idempotencyKey({ store, namespace, ...quiet }));
      faults.plan('UpdateItem', Array(3).fill('lose-answer'));
      await call(handler, keyed('k'), lambdaContext({ getRemainingTimeInMillis: () => 1500 }));
    },
  },
  'idempotencyKey: a durable execution that is resumed': {
    use: 'idempotencyKey',
    run: async ({ store }) => {
      const key = ({ id }: { id: string }) => id;
      const handler = middy(runs(never)).use(idempotencyKey({ store, namespace, key, scope: () => 'us', ...quiet }));
      const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:pay:1/durable-execution/first/1';
      void call(handler, { id: '1' }, durableContext(arn));
      await new Promise((done) => setTimeout(done, 200));
      await call(handler, { id: '1' }, durableContext(arn));
    },
  },
  'wait: a duplicate of what is running': {
    use: 'wait',
    run: async ({ store }) => {
      const { opened, open } = barrier();
      const handler = middy(runs(() => opened)).use(
        idempotencyKey({ store, namespace, wait: { upToMs: 3000 }, ...quiet }),
      );
      const both = [call(handler), call(handler)];
      setTimeout(open, 500);
      await Promise.all(both);
    },
  },
  'readFirst: first and repeat': {
    use: 'readFirst',
    run: async ({ store }) => {
      const handler = middy(runs()).use(idempotencyKey({ store, namespace, readFirst: true, ...quiet }));
      await call(handler);
      await call(handler);
    },
  },
  'readFirst of uniqueIndex: first and repeat': {
    use: 'readFirst',
    beside: 'uniqueIndex',
    run: async ({ store }) => {
      const key = fromHeader('Idempotency-Key');
      const handler = middy(runs()).use(uniqueIndex({ key, store, namespace, readFirst: true, ...quiet }));
      await call(handler);
      await call(handler);
    },
  },
  'makeIdempotent: first and repeat': {
    use: 'makeIdempotent',
    run: async ({ store }) => {
      const renew = makeIdempotent(async (id: string) => id, {
        ...{ name: 'renew', key: (id: string) => id, store, namespace, leaseMs: 1000 },
        ...quiet,
      });
      await renew('1');
      await renew('1');
    },
  },
  'singleUseToken: a token, used twice': {
    use: 'singleUseToken',
    run: async ({ store, unrecorded }) => {
      const event = httpApiEvent({ headers: { token: await tokenOf(unrecorded) } });
      const handler = middy(runs()).use(singleUseToken({ store, namespace, scope: () => 'us', ...quiet }));
      await call(handler, event);
      await call(handler, event);
    },
  },
  'retainResult: a token, after a failure and then twice': {
    use: 'retainResult',
    run: async ({ store, unrecorded }) => {
      const event = httpApiEvent({ headers: { token: await tokenOf(unrecorded) } });
      const options = { retainResult: true as const, store, namespace, scope: () => 'us', ...quiet };
      const handler = middy(runs(() => failed)).use(singleUseToken(options));
      for (let calls = 1; calls <= 3; calls += 1) await call(handler, event);
    },
  },
  issueToken: {
    use: 'issueToken',
    run: ({ store }) => issueToken(store, { scope: 'us', namespace }),
  },
  'uniqueIndex: with a key, first and repeat, and without one': {
    use: 'uniqueIndex',
    run: async ({ store }) => {
      const orders = { tableName: store.tableName, partitionKey: 'id' };
      const insert = async (_event: unknown, { writes }: WritesContext) => {
        writes.insert(orders, { id: `${namespace}#order` });
        return created;
      };
      const key = fromHeader('Idempotency-Key');
      const handler = middy(insert).use(uniqueIndex({ key, store, namespace, ...quiet }));
      await call(handler);
      await call(handler);
      await call(middy(insert).use(uniqueIndex({ client: store.client, ...quiet })));
    },
  },
  'resolve: a crash, as not done and by an answer, and what is settled': {
    use: 'resolve',
    run: async ({ store, unrecorded }) => {
      for (const resolution of [{ release: true as const }, { complete: created }]) {
        const id = await crashed(unrecorded);
        await resolve(store, id, resolution);
        await resolve(store, id, { release: true }).catch(() => undefined);
      }
    },
  },
  'powertoolsRecords: a failure, a run whose record is deleted meanwhile, a repeat': {
    use: 'powertoolsRecords',
    run: async ({ store: { tableName, client }, unrecorded }) => {
      const ends = [
        () => Promise.reject(new Error('declined')),
        async (id: string) => {
          await unrecorded.client.deleteItem({ TableName: tableName, Key: { id: { S: id } } });
          return created;
        },
      ];
      const records = powertoolsRecords({ tableName, client, keyPrefix: namespace, expiryAttr: 'expiresAt' });
      const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) =>
        ends.shift()?.(idempotency.id),
      ).use(idempotencyKey({ ...records, ...quiet }));
      for (let calls = 1; calls <= 3; calls += 1) await call(handler, { id: '1' });
    },
  },
};

const tokenOf = (store: DynamoDBStore) => issueToken(store, { scope: 'us', namespace });

/** The id of an operation that has crashed, and that nobody may take over. */
const crashed = async (store: DynamoDBStore): Promise<string> => {
  const { promise, resolve: tell } = Promise.withResolvers<string>();
  const run = (_event: unknown, { idempotency }: IdempotentContext) => {
    tell(idempotency.id);
    return never();
  };
  const now = () => Date.now() - 60_000;
  const options = { store, namespace, now, afterCrash: 'reject' as const, ...quiet };
  void call(middy(run).use(idempotencyKey(options)), keyed(crypto.randomUUID()));
  return promise;
};
