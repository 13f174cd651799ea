import { describe, expect, it, vi } from 'vitest';
import { memoryCache } from '../../functions/idempotency/entries/cache.ts';
import {
  combine,
  dynamoDBStore,
  fromBody,
  fromHeader,
  fromPath,
  fromQuery,
  idempotencyKey,
  singleUseToken,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import { testClient } from '../support/dynamodb.ts';

const client = testClient('http://127.0.0.1:1');
const store = dynamoDBStore({ tableName: 'records', client });

const key = (): string => 'k';

describe('G51: options are accepted or refused when the function loads', () => {
  it.each([
    ['idempotencyKey', { key }, { key: 'k' }, "`key` must be a function, not 'k'"],
    ['idempotencyKey', { optional: true }, { optional: 'yes' }, '`optional` must be true or false'],
    [
      'idempotencyKey',
      { retentionSeconds: 1 },
      { retentionSeconds: 0 },
      '`retentionSeconds` must be a whole number from 1',
    ],
    ['idempotencyKey', { leaseMs: 1000 }, { leaseMs: 0.5 }, '`leaseMs` must be a whole number'],
    [
      'idempotencyKey',
      { afterCrash: 'reject' },
      { afterCrash: 'ignore' },
      "`afterCrash` must be 'rerun' or 'reject', not 'ignore'",
    ],
    [
      'idempotencyKey',
      { namespace: 'n' },
      { namespace: 'n'.repeat(129) },
      '`namespace` must be a string of 1 to 128 characters other than # and /',
    ],
    ['idempotencyKey', { scope: undefined }, { scope: null }, '`scope` must be a function, not null'],
    [
      'idempotencyKey',
      { fingerprint: () => 1 },
      { fingerPrint: () => 1 },
      'unknown option `fingerPrint`. Known options: key, optional',
    ],
    [
      'idempotencyKey',
      { wait: { upToMs: 100 } },
      { wait: 100 },
      '`wait` must be { upToMs: a whole number from 1 to 900000 }',
    ],
    ['idempotencyKey', { readFirst: true }, { wait: { upTo: 100 } }, '`wait` must be { upToMs'],
    ['idempotencyKey', { onStoreUnavailable: 'run' }, { onStoreUnavailable: true }, '`onStoreUnavailable` must be'],
    [
      'idempotencyKey',
      { cache: memoryCache({ maxBytes: 5 }) },
      { cache: new Map() },
      '`cache` must be `memoryCache({ maxBytes })`, or a cache with the method `of`, not an object',
    ],
    ['idempotencyKey', { keepErrors: () => true }, { keepErrors: true }, '`keepErrors` must be a function'],
    ['idempotencyKey', { toStore: (answer: unknown) => answer }, { toStore: true }, '`toStore` must be a function'],
    [
      'idempotencyKey',
      { encryption: { seal: key, open: key } },
      { encryption: { seal: key } },
      '`encryption` must be an object with the methods seal, open',
    ],
    [
      'singleUseToken',
      { retainResult: true, encryption: { seal: key, open: key } },
      { encryption: { seal: key, open: key } },
      '(without `retainResult`): unknown option `encryption`',
    ],
    ['uniqueIndex', { key, toStore: key }, { toStore: key }, '(without `key`): unknown option `toStore`'],
    ['idempotencyKey', { store }, { store: {} }, '`store` must be an object with the methods claim'],
    [
      'singleUseToken',
      { retainResult: true, retentionSeconds: 5 },
      { retentionSeconds: 5 },
      '(without `retainResult`): unknown option `retentionSeconds`',
    ],
    ['singleUseToken', { bindTo: () => 1 }, { bindTo: 'route' }, '`bindTo` must be a function'],
    [
      'uniqueIndex',
      { key, retentionSeconds: 5 },
      { retentionSeconds: 5 },
      '(without `key`): unknown option `retentionSeconds`',
    ],
    ['uniqueIndex', { key: undefined, client }, { key, client }, '(with `key`): unknown option `client`'],
    ['uniqueIndex', { onDuplicate: () => 1 }, { onDuplicate: 409 }, '`onDuplicate` must be a function'],
  ])('%s: %o, not %o', (middleware, accepted, refused, message) => {
    const factories: Record<string, (options: never) => unknown> = { idempotencyKey, singleUseToken, uniqueIndex };
    const create = (options: object) =>
      factories[middleware]?.({
        ...(middleware === 'uniqueIndex' && !('key' in options && options.key) ? {} : { store }),
        ...options,
      } as never);
    expect(() => create(accepted)).not.toThrow();
    expect(() => create(refused)).toThrow(message);
    expect(() => create(refused)).toThrow(TypeError);
  });

  it('a missing table is named with its cure, unless no table is needed', () => {
    const factories: (() => unknown)[] = [idempotencyKey, singleUseToken, dynamoDBStore];
    for (const factory of factories) {
      expect(() => factory()).toThrow('Set the environment variable IDEMPOTENCY_TABLE');
    }
    expect(() => uniqueIndex({ key: fromHeader('Idempotency-Key') })).toThrow('IDEMPOTENCY_TABLE');
    expect(() => uniqueIndex({ client })).not.toThrow();
    vi.stubEnv('IDEMPOTENCY_TABLE', 'records');
    expect(dynamoDBStore({ client }).tableName).toBe('records');
    vi.unstubAllEnvs();
  });

  it('key sources name what they read', () => {
    for (const source of [fromHeader, fromBody, fromPath, fromQuery] as ((...names: unknown[]) => unknown)[]) {
      expect(() => source()).toThrow('non-empty strings');
      expect(() => source('')).toThrow('non-empty strings');
      expect(() => source('a')).not.toThrow();
    }
    expect(() => combine('a' as never)).toThrow('must be a function');
  });
});
