import type { DeleteItemOutput, UpdateItemInput, UpdateItemOutput } from '@aws-sdk/client-dynamodb';
import type { IdempotencyRecord } from '../record/record.ts';
import type { CallOptions, DynamoDBApi } from './api/dynamodb-api.ts';
import type { Attributes } from './attributes.ts';
import { isRefusedWrite, toStoreError } from './dynamodb-error.ts';
import type { Expressions, RecordFormat } from './record-format.ts';

/** Where the verbs of a store write, and in what form. */
export interface RecordTable {
  tableName: string;
  client: DynamoDBApi;
  format: RecordFormat;
}

export type PreparedWrite = Pick<
  UpdateItemInput,
  'TableName' | 'ReturnValuesOnConditionCheckFailure' | 'ReturnValues' | keyof Expressions
>;

export type WriteOutcome<Output> =
  | { refused: false; output: Output }
  | { refused: true; record: IdempotencyRecord | undefined };

export const toSeconds = (epochMs: number): number => Math.floor(epochMs / 1000);

export const describeTable = (tableName: string): string => `DynamoDB table "${tableName}"`;

export const createConditionalWrites = ({ tableName, client, format }: RecordTable) => {
  /** Makes a conditional write; a refusal is an outcome, anything else a `StoreError`. */
  const attemptWrite = async <Output>(action: string, write: Promise<Output>): Promise<WriteOutcome<Output>> => {
    try {
      return { refused: false, output: await write };
    } catch (error) {
      if (!isRefusedWrite(error)) throw toStoreError(error, action, describeTable(tableName));
      return { refused: true, record: error.Item && format.toRecord(error.Item) };
    }
  };

  /** All of a conditional write that is the same for every record. Worth doing once. */
  const prepare = (expressions: Expressions): PreparedWrite => ({
    TableName: tableName,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...format.express(expressions),
  });

  const writes = new Map<string, PreparedWrite>();

  /** As `prepare`, for writes of several kinds: each is made when it is needed, and kept. */
  const prepared = (ConditionExpression: string, UpdateExpression: string): PreparedWrite => {
    const kind = `${ConditionExpression}; ${UpdateExpression}`;
    const write = writes.get(kind) ?? prepare({ ConditionExpression, UpdateExpression });
    writes.set(kind, write);
    return write;
  };

  const update = (
    prepared: PreparedWrite,
    id: string,
    ExpressionAttributeValues: Attributes,
    options: CallOptions,
  ): Promise<WriteOutcome<UpdateItemOutput>> =>
    attemptWrite(
      'UpdateItem',
      client.updateItem({ ...prepared, Key: format.keyOf(id), ExpressionAttributeValues }, options),
    );

  const remove = (
    prepared: PreparedWrite,
    id: string,
    ExpressionAttributeValues: Attributes,
    abortSignal: AbortSignal | undefined,
  ): Promise<WriteOutcome<DeleteItemOutput>> =>
    attemptWrite(
      'DeleteItem',
      client.deleteItem({ ...prepared, Key: format.keyOf(id), ExpressionAttributeValues }, { abortSignal }),
    );

  return { attemptWrite, prepare, prepared, update, remove };
};
