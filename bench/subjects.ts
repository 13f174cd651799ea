import { setTimeout as sleep } from 'node:timers/promises';
import { IdempotencyConfig } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { makeHandlerIdempotent } from '@aws-lambda-powertools/idempotency/middleware';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import {
  dynamoDBStore,
  fromHeader,
  idempotencyKey,
  uniqueIndex,
  type WritesContext,
} from '../functions/idempotency/index.ts';
import { httpApiEvent, lambdaContext } from '../test/support/lambda.ts';

const answer = { statusCode: 201, headers: { 'content-type': 'application/json' }, body: '{"paid":true}' };

type Handler = (event: never, context: never) => Promise<unknown>;

export const eventOf = (key: string) =>
  httpApiEvent({ headers: { 'idempotency-key': key }, body: { orderId: 'o-1', userId: 'u-1', amount: 100 } });

export const callWith = (handler: Handler, key: string): Promise<unknown> =>
  handler(eventOf(key) as never, lambdaContext() as never);

const workMs = 20;

/** The same work by this library, by the peer, and by nothing but the calls that it takes. */
export const createSubjects = async (endpoint: string) => {
  const raw = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const client = DynamoDBDocumentClient.from(raw);
  const createTable = async (name: string): Promise<string> => {
    await raw.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    return name;
  };
  const store = dynamoDBStore({ tableName: await createTable('ours'), client });
  const theirs = await createTable('theirs');
  const floor = await createTable('floor');
  const orders = { tableName: await createTable('orders'), partitionKey: 'id' };
  const executions = { ours: 0, peer: 0 };

  const peer = (): ReturnType<typeof makeHandlerIdempotent> =>
    makeHandlerIdempotent({
      persistenceStore: new DynamoDBPersistenceLayer({ tableName: theirs, awsSdkV3Client: raw }),
      config: new IdempotencyConfig({
        eventKeyJmesPath: 'headers."idempotency-key"',
        payloadValidationJmesPath: 'body',
      }),
    });

  const insert = () =>
    client.send(
      new PutCommand({
        TableName: orders.tableName,
        Item: { id: crypto.randomUUID(), amount: 100 },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );

  const write = (status: string) => async (key: string) =>
    client.send(
      new UpdateCommand({
        TableName: floor,
        Key: { id: key },
        UpdateExpression: 'SET #status = :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status },
      }),
    );
  const [claim, complete] = [write('IN_PROGRESS'), write('COMPLETED')];

  return {
    executions,
    keyed: {
      ours: middy(async () => answer).use(idempotencyKey({ store })) as Handler,
      peer: middy(async () => answer).use(peer()) as Handler,
    },
    /** Work that takes its time, so that duplicates meet it running. */
    slow: {
      ours: middy(async () => {
        executions.ours += 1;
        await sleep(workMs);
        return answer;
      }).use(idempotencyKey({ store, namespace: 'slow' })) as Handler,
      peer: middy(async () => {
        executions.peer += 1;
        await sleep(workMs);
        return answer;
      }).use(peer()) as Handler,
    },
    inserting: {
      ours: middy(async (_event: unknown, { writes }: WritesContext) => {
        writes.insert(orders, { id: crypto.randomUUID(), amount: 100 });
        return answer;
      }).use(uniqueIndex({ store, namespace: 'insert', key: fromHeader('Idempotency-Key') })) as Handler,
      peer: middy(async () => {
        await insert();
        return answer;
      }).use(peer()) as Handler,
    },
    bare: {
      first: async (key: string) => {
        await claim(key);
        await complete(key);
      },
      replay: claim,
    },
  };
};
