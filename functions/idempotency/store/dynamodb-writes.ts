import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { IdempotencyRecord } from '../record.ts';
import { isRefusedWrite, toStoreError } from './dynamodb-error.ts';
import type { RecordFormat } from './record-format.ts';

/** Where the verbs of a store write, and in what form. */
export interface RecordTable {
  tableName: string;
  client: DynamoDBDocumentClient;
  format: RecordFormat;
}

export type UpdateInput = Omit<UpdateCommandInput, 'TableName' | 'ExpressionAttributeNames'>;

export const toSeconds = (epochMs: number): number => Math.floor(epochMs / 1000);

export const describeTable = (tableName: string): string => `DynamoDB table "${tableName}"`;

export const issued = '#status = :issued AND #tokenExpiresAt > :now';
export const mine = '#owner = :owner AND #status = :inProgress';

/** Reads the item that a refusal brings: the document client leaves it as DynamoDB sent it. */
export const recordOf =
  (format: RecordFormat) =>
  (item: Record<string, AttributeValue>): IdempotencyRecord =>
    format.toRecord(unmarshall(item));

export const createConditionalWrites = ({ tableName, client, format }: RecordTable) => {
  const toRecord = recordOf(format);

  /** Sends a conditional write; a refusal is an outcome, anything else a `StoreError`. */
  const attemptWrite = async <Output>(
    action: string,
    send: () => Promise<Output>,
  ): Promise<{ refused: false; output: Output } | { refused: true; record: IdempotencyRecord | undefined }> => {
    try {
      return { refused: false, output: await send() };
    } catch (error) {
      if (!isRefusedWrite(error)) throw toStoreError(error, action, describeTable(tableName));
      return { refused: true, record: error.Item && toRecord(error.Item) };
    }
  };

  const update = (input: UpdateInput, signal?: AbortSignal) =>
    attemptWrite('UpdateItem', () =>
      client.send(
        new UpdateCommand({
          TableName: tableName,
          ExpressionAttributeNames: format.namesUsedIn(input.UpdateExpression ?? '', input.ConditionExpression ?? ''),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...input,
        }),
        { ...(signal && { abortSignal: signal }) },
      ),
    );

  return { attemptWrite, update };
};
