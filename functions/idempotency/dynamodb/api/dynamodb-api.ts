import type {
  DeleteItemInput,
  DeleteItemOutput,
  GetItemInput,
  GetItemOutput,
  PutItemInput,
  PutItemOutput,
  ScanInput,
  ScanOutput,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
  UpdateItemInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb';
import type { marshallOptions, unmarshallOptions } from '@aws-sdk/util-dynamodb';

export interface CallOptions {
  /** Ends the call and its retries. A write that is under way may be applied all the same. */
  abortSignal?: AbortSignal | undefined;
  /** Told of each try that failed: a try whose answer was lost may have been applied. */
  onFailedTry?: ((error: unknown) => void) | undefined;
}

/**
 * The calls to DynamoDB that the store and `uniqueIndex` make, with inputs, outputs and errors as in the AWS SDK: attribute values
 * are in DynamoDB's own form, bytes as `Uint8Array`; an error has the exception's `name`, and `$fault`, `$metadata` and what else
 * the service says of it (`Item`, `CancellationReasons`).
 */
export interface DynamoDBApi {
  /** How the items of `context.writes` become attribute values. */
  readonly marshallOptions?: marshallOptions;
  /** How what `context.writes` finds is read, for `onDuplicate` and `otherwise`. */
  readonly unmarshallOptions?: unmarshallOptions;
  getItem(input: GetItemInput, options?: CallOptions): Promise<GetItemOutput>;
  putItem(input: PutItemInput, options?: CallOptions): Promise<PutItemOutput>;
  updateItem(input: UpdateItemInput, options?: CallOptions): Promise<UpdateItemOutput>;
  deleteItem(input: DeleteItemInput, options?: CallOptions): Promise<DeleteItemOutput>;
  transactWriteItems(input: TransactWriteItemsInput, options?: CallOptions): Promise<TransactWriteItemsOutput>;
  /**
   * Makes the client ready for its first call: opens a connection, which the first call uses, and lets `rehearse` make calls that go
   * through everything but the network, and are answered with nothing. Once for a client, however often it is called. Never rejects.
   */
  warmUp?(rehearse: (api: DynamoDBApi) => Promise<void>): Promise<void>;
  /** For `checkGuards` and `backfillGuards` alone. */
  scan(input: ScanInput, options?: CallOptions): Promise<ScanOutput>;
}
