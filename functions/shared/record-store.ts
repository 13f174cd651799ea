import { dynamoDBStore, type IdempotencyStore } from '../idempotency/entries/main.ts';

/**
 * Where the example keeps its records. The stack decides it when it bundles the functions, so that none carries a client that it doesn't
 * use.
 */
export const recordStore: IdempotencyStore =
  process.env['RECORDS_IN'] === 'redis' ? (await import('./redis-records.ts')).redisRecords : dynamoDBStore();
