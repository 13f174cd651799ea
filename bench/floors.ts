import {
  DynamoDBClient,
  PutItemCommand,
  type PutItemInput,
  UpdateItemCommand,
  type UpdateItemInput,
} from '@aws-sdk/client-dynamodb';
import { leanClient } from '../functions/idempotency/entries/lean.ts';
import { connection } from './connection.ts';

/** The least that two writes and one refused write can be: nothing but the calls. */
export interface Floor {
  first(key: string): Promise<unknown>;
  replay(key: string): Promise<unknown>;
}

interface Calls {
  put(input: PutItemInput): Promise<unknown>;
  update(input: UpdateItemInput): Promise<unknown>;
}

const createFloor = (TableName: string, { put, update }: Calls): Floor => {
  const claim = (key: string) =>
    put({
      TableName,
      Item: { id: { S: key }, status: { S: 'IN_PROGRESS' } },
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  const complete = (key: string) =>
    update({
      TableName,
      Key: { id: { S: key } },
      ConditionExpression: '#status = :inProgress',
      UpdateExpression: 'SET #status = :completed',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':inProgress': { S: 'IN_PROGRESS' }, ':completed': { S: 'COMPLETED' } },
    });
  return {
    first: async (key) => {
      await claim(key);
      await complete(key);
    },
    replay: async (key) => {
      const refusal = await claim(key).then(
        () => undefined,
        (error: unknown) => error,
      );
      if ((refusal as Error | undefined)?.name !== 'ConditionalCheckFailedException') {
        throw new Error(`the bare call for ${key} was not refused as a repeat is`, { cause: refusal });
      }
    },
  };
};

export const sdkFloor = (tableName: string): Floor => {
  const client = new DynamoDBClient({});
  return createFloor(tableName, {
    put: (input) => client.send(new PutItemCommand(input)),
    update: (input) => client.send(new UpdateItemCommand(input)),
  });
};

export const leanFloor = (tableName: string, endpoint: string): Floor => {
  const client = leanClient(connection(endpoint));
  return createFloor(tableName, {
    put: (input) => client.putItem(input),
    update: (input) => client.updateItem(input),
  });
};
