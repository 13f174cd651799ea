import { IdempotencyConfig } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { makeHandlerIdempotent } from '@aws-lambda-powertools/idempotency/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { type IdempotencyKeyOptions, idempotencyKey } from '../../../functions/idempotency/entries/main.ts';
import { type PowertoolsRecordsOptions, powertoolsRecords } from '../../../functions/idempotency/entries/powertools.ts';
import type { TestDatabase } from '../../support/dynamodb.ts';
import { lambdaContext } from '../../support/lambda.ts';

export type Run = () => unknown;
export type Call = (event: unknown) => Promise<unknown>;

/** Middy's own early timeout off: it would end the handlers that a test leaves running. */
const plugin = { timeoutEarlyInMillis: 0 };

export type SharedOptions = Omit<PowertoolsRecordsOptions, 'client'> & { tableName: string };

export const persistenceLayer = (endpoint: string, options: SharedOptions): DynamoDBPersistenceLayer =>
  new DynamoDBPersistenceLayer({
    ...options,
    awsSdkV3Client: new DynamoDBClient({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
  } as ConstructorParameters<typeof DynamoDBPersistenceLayer>[0]);

/** A handler as it was: under Powertools. */
export const theirs = (database: TestDatabase, run: Run, options: SharedOptions): Call => {
  const { keyPrefix } = options;
  const handler = middy(async () => run(), plugin).use(
    makeHandlerIdempotent({
      persistenceStore: persistenceLayer(database.endpoint, options),
      config: new IdempotencyConfig(options as ConstructorParameters<typeof IdempotencyConfig>[0]),
      ...(keyPrefix && { keyPrefix }),
    }),
  );
  return async (event) => handler(structuredClone(event) as never, lambdaContext() as never);
};

/** The same handler after the change. */
export const ours = (
  database: TestDatabase,
  run: Run,
  options: SharedOptions,
  more: Omit<IdempotencyKeyOptions, 'key' | 'store'> = {},
): Call => {
  const handler = middy(async () => run(), plugin).use(
    idempotencyKey({
      ...powertoolsRecords({ ...options, client: database.client }),
      onEvent: () => undefined,
      ...more,
    }),
  );
  return async (event) => handler(structuredClone(event) as never, lambdaContext() as never);
};
