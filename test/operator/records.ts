import { dynamoDBStore } from '../../functions/idempotency/entries/main.ts';
import type { UnavailableReason } from '../../functions/idempotency/record/result.ts';
import type { ClaimRequest, IdempotencyStore } from '../../functions/idempotency/record/store.ts';
import { keyHashOf, recordIdOf } from '../../functions/idempotency/request/operation.ts';
import type { TestDatabase } from '../support/dynamodb.ts';
import { runLine, type Typed } from '../support/operator.ts';

/** What a customer says, and what nobody else is to see. */
export const secret = 'payload-of-alice';

export const namespace = 'pay';

const seconds = (ms: number): number => Math.ceil(ms / 1000);

export interface ClaimOptions {
  /** How long ago it was claimed, and when its lease ends from now on. */
  agoMs?: number;
  leaseMs?: number;
  /** Made under `afterCrash: 'reject'`. */
  forGood?: boolean;
  overrides?: Partial<ClaimRequest>;
}

/** Records as functions leave them, some time ago. */
export const recordsIn = (store: IdempotencyStore) => {
  const claim = async (key: string, options: ClaimOptions = {}): Promise<ClaimRequest> => {
    const { agoMs = 120_000, leaseMs = 60_000, forGood = false, overrides } = options;
    const now = Date.now();
    const request: ClaimRequest = {
      id: recordIdOf(namespace, { scope: ['alice', 'POST /payments'], key }),
      owner: crypto.randomUUID(),
      fingerprint: 'fingerprint',
      keyHash: keyHashOf(namespace, key),
      requestId: crypto.randomUUID(),
      nowMs: now - agoMs,
      leaseExpiresAtMs: now + leaseMs,
      expiresAtSeconds: forGood ? undefined : seconds(now) + 86_400,
      from: 'absent',
      takeOver: true,
      ...overrides,
    };
    const outcome = await store.claim(request);
    if (!outcome.claimed) throw new Error(`${key} is not free`);
    return request;
  };
  const expiresAtSeconds = seconds(Date.now()) + 86_400;
  return {
    running: (key: string, options?: ClaimOptions) => claim(key, options),
    crashed: (key: string, options?: ClaimOptions) => claim(key, { leaseMs: -30_000, ...options }),
    done: async (key: string, answer: unknown = { statusCode: 201, body: secret }) => {
      const claimed = await claim(key);
      const result = { encoding: 'json' as const, data: JSON.stringify(answer) };
      await store.complete({ ...claimed, result, expiresAtSeconds });
      return claimed;
    },
    sealed: async (key: string) => {
      const claimed = await claim(key);
      const result = { encoding: 'zstd', data: Buffer.from(secret), sealed: true } as const;
      await store.complete({ ...claimed, result, expiresAtSeconds });
      return claimed;
    },
    unavailable: async (key: string, reason: UnavailableReason = 'too large') => {
      const claimed = await claim(key);
      await store.complete({ ...claimed, result: { encoding: 'unavailable', reason }, expiresAtSeconds });
      return claimed;
    },
    released: async (key: string) => {
      const claimed = await claim(key);
      await store.release({ ...claimed, from: 'absent', end: 'failed', previous: undefined, expiresAtSeconds });
      return claimed;
    },
  };
};

/** A table with its store, its records, and the operator tool on it. */
export const operatedTable = async (
  database: TestDatabase,
  {
    keys,
    layout = {},
    flags = [],
  }: { keys?: Parameters<TestDatabase['createTable']>[0]; layout?: object; flags?: string[] } = {},
) => {
  const tableName = await database.createTable(keys);
  const store = dynamoDBStore({ tableName, client: database.client, ...layout });
  const connection = ['--table', tableName, '--region', 'eu-central-1', '--endpoint', database.endpoint, ...flags];
  const at = (endpoint: string) => connection.map((part) => (part === database.endpoint ? endpoint : part));
  return {
    tableName,
    store,
    connection,
    ...recordsIn(store),
    run: (args: readonly string[], typed?: Typed & { endpoint?: string }) =>
      runLine([...args, ...at(typed?.endpoint ?? database.endpoint)], typed),
    read: (id: string) => store.read({ id, nowMs: Date.now(), consistent: true }),
  };
};
