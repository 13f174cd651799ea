import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { marshallOptions } from '@aws-sdk/util-dynamodb';
import type { ClientBinding } from './client-binding.ts';
import type { CallOptions, DynamoDBApi } from './dynamodb-api.ts';

/** `DynamoDBClient` or `DynamoDBDocumentClient`. */
export type SdkClient = Pick<DynamoDBClient, 'send' | 'config'>;

/** One try of a command and all that is below it, as the SDK's middlewares see it. */
interface TryStack {
  add(
    watch: (next: (args: object) => Promise<object>) => (args: object) => Promise<object>,
    options: { name: string; step: 'finalizeRequest'; priority: 'low' },
  ): void;
}

/** Below the SDK's retries, so that each try is seen by itself. */
const watchTries = (stack: TryStack, onFailedTry: (error: unknown) => void): void =>
  stack.add(
    (next) => (args) =>
      next(args).catch((error: unknown) => {
        onFailedTry(error);
        throw error;
      }),
    { name: 'watchTries', step: 'finalizeRequest', priority: 'low' },
  );

/** The calls, made by a client of the AWS SDK. */
const callsOf = (client: SdkClient): DynamoDBApi => {
  const withOptions = <Command extends { middlewareStack: object }>(
    command: Command,
    { abortSignal, onFailedTry }: CallOptions = {},
  ): [Command, { abortSignal?: AbortSignal }] => {
    if (onFailedTry) watchTries(command.middlewareStack as TryStack, onFailedTry);
    return [command, abortSignal ? { abortSignal } : {}];
  };
  const { translateConfig } = client.config as { translateConfig?: { marshallOptions?: marshallOptions } };
  return {
    getItem: (input, options) => client.send(...withOptions(new GetItemCommand(input), options)),
    putItem: (input, options) => client.send(...withOptions(new PutItemCommand(input), options)),
    updateItem: (input, options) => client.send(...withOptions(new UpdateItemCommand(input), options)),
    deleteItem: (input, options) => client.send(...withOptions(new DeleteItemCommand(input), options)),
    transactWriteItems: (input, options) => client.send(...withOptions(new TransactWriteItemsCommand(input), options)),
    ...(translateConfig?.marshallOptions && { marshallOptions: translateConfig.marshallOptions }),
  };
};

let shared: DynamoDBApi | undefined;

/**
 * The client that all middlewares of an execution environment share, with the connection kept alive between invocations.
 *
 * The SDK by itself waits forever for an answer; a Lambda that waits so is killed with its outcome unknown.
 */
const sharedClient = (): DynamoDBApi => {
  shared ??= callsOf(
    new DynamoDBClient({
      requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
    }),
  );
  return shared;
};

const isSdkClient = (client: object): client is SdkClient => 'send' in client && typeof client.send === 'function';

export const sdkBinding: ClientBinding = {
  rule: {
    is: (value) => isSdkClient(value) || typeof (value as DynamoDBApi).updateItem === 'function',
    expected: 'a DynamoDB client of the AWS SDK v3, or `leanClient()`',
  },
  open: (client) => {
    if (!client) return sharedClient();
    return isSdkClient(client) ? callsOf(client) : client;
  },
};
