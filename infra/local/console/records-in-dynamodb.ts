import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createRecordFormat } from '../../../functions/idempotency/dynamodb/record-format.ts';
import { resolveLayout } from '../../../functions/idempotency/dynamodb/table-layout.ts';
import type { RecordSource } from './record-source.ts';
import { scanTable } from './scan-table.ts';

const format = createRecordFormat(resolveLayout('the console', {}));

/** Functions get to their records as they get to all tables. */
export const recordsInDynamoDB = (client: DynamoDBClient, TableName: string | undefined): RecordSource => ({
  addresses: () => ({}),
  records: async () => (await scanTable(client, TableName)).map(format.toRecord),
  async endLease(id) {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: id } },
          ConditionExpression: '#status = :inProgress',
          UpdateExpression: 'SET leaseExpiresAt = :now',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':inProgress': { S: 'IN_PROGRESS' }, ':now': { N: String(Date.now() - 1) } },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  },
  close: async () => {},
});
