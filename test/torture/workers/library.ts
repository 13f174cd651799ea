import type * as Main from '../../../functions/idempotency/entries/main.ts';
import type { DynamoDBApi, DynamoDBStore, IdempotencyStore } from '../../../functions/idempotency/entries/main.ts';
import type { ClientKind } from '../entry-points.ts';
import { connection, patienceMs } from './connection.ts';

/** What both entries of the package have. */
export type Library = Pick<
  typeof Main,
  | 'currentOperation'
  | 'dynamoDBStore'
  | 'fromHeader'
  | 'idempotencyKey'
  | 'IdempotencyError'
  | 'issueToken'
  | 'makeIdempotent'
  | 'singleUseToken'
  | 'uniqueIndex'
>;

export interface OpenLibrary {
  library: Library;
  store: IdempotencyStore;
  /** Lets go of connections that would keep the process. */
  close?: () => void;
  /** The same, where it is DynamoDB. */
  onDynamoDB?: { api: DynamoDBApi; store: DynamoDBStore };
}

/** One entry of the package, with a client that is meant for it. A worker of the lean entry never loads the SDK. */
export const openLibrary = async (kind: ClientKind, endpoint: string, tableName: string): Promise<OpenLibrary> => {
  if (kind === 'node-redis' || kind === 'ioredis') return openOnRedis(kind, endpoint);
  const opened = (library: Library, api: DynamoDBApi): OpenLibrary => {
    const store = library.dynamoDBStore({ tableName, client: api });
    return { library, store, onDynamoDB: { api, store } };
  };
  if (kind === 'lean') {
    const lean = await import('../../../functions/idempotency/entries/lean.ts');
    const timeouts = { connectionTimeoutMs: patienceMs, requestTimeoutMs: patienceMs };
    return opened(lean, lean.leanClient({ ...connection, ...timeouts, endpoint }));
  }
  const main = await import('../../../functions/idempotency/entries/main.ts');
  const { sdkClient } = await import('./sdk-client.ts');
  return opened(main, main.dynamoDBStore({ tableName, client: sdkClient(endpoint) }).client);
};

const openOnRedis = async (kind: 'node-redis' | 'ioredis', url: string): Promise<OpenLibrary> => {
  const library = await import('../../../functions/idempotency/entries/main.ts');
  const { redisStore } = await import('../../../functions/idempotency/entries/redis.ts');
  const { redisClient } = await import('./redis-client.ts');
  const { client, close } = redisClient(kind, url);
  return { library, store: redisStore({ client, timeoutMs: 2 * patienceMs }), close };
};
