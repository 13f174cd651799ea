import { CreateTableCommand, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { beforeAll, vi } from 'vitest';
import { anyEngine, openDatabase } from './dynamodb.ts';
import { lambdaContext } from './lambda.ts';

export interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

/** The environment that the examples are deployed into: a table of their own, and the engine in place of AWS. */
export const exampleDatabase = () => {
  const endpoint = anyEngine();
  const database = openDatabase(endpoint);
  beforeAll(async () => {
    vi.stubEnv('IDEMPOTENCY_TABLE', await database.createTable());
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  /** Creates a table by the name that an example has for it, with a string as its key, unless the examples of another file have it already. */
  const createNamedTable = async (TableName: string, key: string) => {
    const command = new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    });
    await database.client.send(command).catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
  };
  return { ...database, createNamedTable };
};

/** Calls an example's handler as Lambda does. */
export const call = async (handler: unknown, event: unknown): Promise<Answer> =>
  (handler as (event: unknown, context: unknown) => Promise<Answer>)(event, lambdaContext());
