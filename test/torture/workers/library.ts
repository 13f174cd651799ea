import type * as Main from '../../../functions/idempotency/entries/main.ts';
import type { DynamoDBApi } from '../../../functions/idempotency/entries/main.ts';
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
  api: DynamoDBApi;
}

/** One entry of the package, with a client that is meant for it. A worker of the lean entry never loads the SDK. */
export const openLibrary = async (kind: ClientKind, endpoint: string, tableName: string): Promise<OpenLibrary> => {
  if (kind === 'lean') {
    const lean = await import('../../../functions/idempotency/entries/lean.ts');
    const timeouts = { connectionTimeoutMs: patienceMs, requestTimeoutMs: patienceMs };
    return { library: lean, api: lean.leanClient({ ...connection, ...timeouts, endpoint }) };
  }
  const main = await import('../../../functions/idempotency/entries/main.ts');
  const { sdkClient } = await import('./sdk-client.ts');
  return { library: main, api: main.dynamoDBStore({ tableName, client: sdkClient(endpoint) }).client };
};
