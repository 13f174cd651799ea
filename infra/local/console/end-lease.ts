import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/** Moves the end of a running claim's lease to now, as if its time had passed. Whether there was one. */
export async function endLease(client: DynamoDBClient, TableName: string, id: string): Promise<boolean> {
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
}
