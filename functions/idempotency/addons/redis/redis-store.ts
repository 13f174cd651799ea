import { checkOptions, hasMethods, isIntegerBetween, isObjectOf, type OptionRule } from '../../base/options.ts';
import { isOwnResolution } from '../../record/own-resolution.ts';
import { historyOf } from '../../record/record.ts';
import type { ResultOverflow } from '../../record/result-overflow.ts';
import { type ClaimOutcome, goOn, type IdempotencyStore } from '../../record/store.ts';
import { createCall } from './call.ts';
import type { ReplicaWait } from './clients/connection.ts';
import { connectionOf, isRedisClient, type RedisClient } from './clients/connection-of.ts';
import { warnOfEviction } from './eviction.ts';
import { UnansweredCall } from './redis-error.ts';
import { claim } from './scripts/claim.ts';
import { complete } from './scripts/complete.ts';
import { read } from './scripts/read.ts';
import { release } from './scripts/release.ts';
import { resolve } from './scripts/resolve.ts';
import { consume, issue } from './scripts/tokens.ts';
import { undo } from './scripts/undo.ts';
import { recordFrom, resultValues } from './stored-record.ts';

export interface RedisStoreOptions {
  /** A client of `redis`, `ioredis`, `iovalkey` or `@valkey/valkey-glide`, for a server, sentinels or a cluster. Yours to connect and to close. */
  client: RedisClient;
  /**
   * What the keys of records begin with.
   * @default 'idempotency:'
   */
  keyPrefix?: string;
  /**
   * How long a call may take, in milliseconds: to wait for a connection and to send again included.
   * @default 3000
   */
  timeoutMs?: number;
  /**
   * Takes a write for done when so many replicas have it (WAIT); otherwise the store counts as unavailable. A failover that chooses one of
   * them then forgets nothing.
   * @default none: the primary's answer is enough
   */
  waitForReplicas?: ReplicaWait;
  /**
   * Keeps the results that do not fit a record (400 KB, compressed).
   * @default none: such a result is not kept, and a repeat is refused with `RESULT_UNAVAILABLE`
   */
  overflow?: ResultOverflow;
}

const rules = {
  client: isRedisClient,
  keyPrefix: { is: (value) => typeof value === 'string' && value.isWellFormed(), expected: 'a well-formed string' },
  timeoutMs: isIntegerBetween(1, 2 ** 31 - 1),
  waitForReplicas: isObjectOf(
    { count: isIntegerBetween(1, 1000), timeoutMs: isIntegerBetween(1, 2 ** 31 - 1) },
    'an object of `count` and `timeoutMs`, whole numbers from 1',
  ),
  overflow: hasMethods('put', 'get'),
} as const satisfies Record<keyof RedisStoreOptions, OptionRule>;

const toSeconds = (epochMs: number): number => Math.floor(epochMs / 1000);

/**
 * The record store on Redis or Valkey: each verb is one call of a script, one round trip, on one key.
 *
 * It is as lasting as the server: a failover that loses the last writes forgets claims, and an operation may run twice then.
 *
 * @throws {TypeError} when an option is unknown or wrong
 *
 * @example
 * ```ts
 * const client = new Redis(process.env['REDIS_URL'] ?? '');
 * client.on('error', (error) => console.error(error));
 *
 * export const handler = middy(pay).use(idempotencyKey({ store: redisStore({ client }) }));
 * ```
 */
export const redisStore = (options: RedisStoreOptions): IdempotencyStore => {
  checkOptions('redisStore', options, rules);
  const { client, keyPrefix = 'idempotency:', timeoutMs = 3000, waitForReplicas, overflow } = options;
  if (!client) throw new TypeError(`redisStore: no client is given. Pass \`client\`, ${isRedisClient.expected}.`);
  const connection = connectionOf(client);
  const call = createCall({ connection, keyPrefix, timeoutMs, waitForReplicas });

  return {
    ...(overflow && { overflow }),

    claim: async ({ id, owner, fence, nowMs, ...request }, signal) => {
      const values = {
        ...{ owner, fence, nowMs, try: fence ?? owner, now: toSeconds(nowMs) },
        ...{ fingerprint: request.fingerprint, keyHash: request.keyHash, requestId: request.requestId },
        ...{ leaseExpiresAt: request.leaseExpiresAtMs, expiresAt: request.expiresAtSeconds },
        ...{ from: request.from, takeOver: request.takeOver },
      };
      const { outcome: how, flat, isRepeat } = await call('claim', claim, id, values, signal);
      void warnOfEviction(connection);
      const outcome = outcomeOf(how, recordFrom(id, flat));
      return isRepeat || connection.breaks() === undefined ? { ...outcome, stray: true } : outcome;
    },

    read: async ({ id, nowMs }, signal) => {
      const { flat } = await call('read', read, id, {}, signal);
      const record = recordFrom(id, flat);
      return record && record.expiresAtSeconds > toSeconds(nowMs) ? record : undefined;
    },

    complete: async ({ id, owner, fence, expiresAtSeconds, result }, signal) => {
      const values = { owner, fence, expiresAt: expiresAtSeconds, ...resultValues(result) };
      return (await call('complete', complete, id, values, signal)).outcome;
    },

    release: async ({ id, owner, fence, end, previous, stray, expiresAtSeconds }, signal) => {
      const worst = previous ?? (end === 'failed' ? end : undefined);
      const values = { owner, fence, try: fence ?? owner, stray, end_: end, worst, expiresAt: expiresAtSeconds };
      return (await call('release', release, id, values, signal)).outcome;
    },

    undo: async ({ id, owner, fence, from, nowMs, expiresAtSeconds }, signal) => {
      const values = { owner, fence, try: fence ?? owner, from, now: toSeconds(nowMs), expiresAt: expiresAtSeconds };
      await call('undo', undo, id, values, signal);
    },

    resolve: async (request, signal) => {
      const { id, nowMs, expiresAtSeconds, result, holder } = request;
      const values = {
        ...{ owner: holder?.owner, fence: holder?.fence, nowMs, now: toSeconds(nowMs), expiresAt: expiresAtSeconds },
        ...{ as: result ? 'completed' : 'released', ...resultValues(result) },
      };
      const { outcome, flat, isRepeat } = await call('resolve', resolve, id, values, signal);
      return isRepeat && isOwnResolution(recordFrom(id, flat), request) ? 'resolved' : outcome;
    },

    issue: async ({ id, keyHash, nowMs, expiresAtSeconds }) => {
      const values = { keyHash, now: toSeconds(nowMs), expiresAt: expiresAtSeconds };
      const { outcome, isRepeat } = await call('issue', issue, id, values);
      return isRepeat ? 'doubtful' : outcome;
    },

    consume: async ({ id, owner, nowMs }, signal) => {
      try {
        return (await call('consume', consume, id, { owner, now: toSeconds(nowMs) }, signal)).outcome;
      } catch (error) {
        if (error instanceof UnansweredCall) return 'unknown';
        throw error;
      }
    },
  };
};

const outcomeOf = (how: 'taken' | 'own' | 'refused', record: ReturnType<typeof recordFrom>): ClaimOutcome => {
  if (how === 'refused' || (how === 'own' && !record)) return { claimed: false, record };
  if (how === 'own' && record) return goOn(record);
  return { claimed: true, attempt: (record?.attempt ?? 0) + 1, ...historyOf(record) };
};
