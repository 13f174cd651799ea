import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { marshallOptions, unmarshallOptions } from '@aws-sdk/util-dynamodb';
import type { SdkClient } from '../client-binding.ts';
import type { CallOptions, DynamoDBApi } from '../dynamodb-api.ts';

export type Command = { readonly middlewareStack: object };
type Next = (args: object) => Promise<object>;

interface TranslateConfig {
  marshallOptions?: marshallOptions;
  unmarshallOptions?: unmarshallOptions;
}

interface TryStack {
  add(watch: (next: Next) => Next, position: { name: string; step: 'finalizeRequest'; priority: 'low' }): void;
}

/** Tells of each try of a command that failed: this middleware stands below the SDK's retries. */
const watchTries = ({ middlewareStack }: Command, onFailedTry: (error: unknown) => void): void => {
  const watch =
    (next: Next): Next =>
    (args) =>
      next(args).catch((error: unknown) => {
        onFailedTry(error);
        throw error;
      });
  (middlewareStack as TryStack).add(watch, { name: 'middy-idempotency', step: 'finalizeRequest', priority: 'low' });
};

/** The calls, as commands that `sendCommand` sends. */
export const callsBy = (
  sendCommand: (command: Command, abortSignal: AbortSignal | undefined) => Promise<object>,
): DynamoDBApi => {
  const send =
    (SdkCommand: new (input: never) => Command) =>
    (input: object, { abortSignal, onFailedTry }: CallOptions = {}): Promise<object> => {
      const command = new SdkCommand(input as never);
      if (onFailedTry) watchTries(command, onFailedTry);
      return sendCommand(command, abortSignal);
    };
  const calls: { [Action in Exclude<keyof DynamoDBApi, keyof TranslateConfig | 'warmUp'>]: unknown } = {
    getItem: send(GetItemCommand),
    putItem: send(PutItemCommand),
    updateItem: send(UpdateItemCommand),
    deleteItem: send(DeleteItemCommand),
    transactWriteItems: send(TransactWriteItemsCommand),
    scan: send(ScanCommand),
  };
  return calls as DynamoDBApi;
};

/** The calls, as commands that a client of the SDK sends. */
export const sdkCalls = (client: SdkClient): DynamoDBApi => {
  const calls = callsBy((command, abortSignal) => client.send(command as never, abortSignal ? { abortSignal } : {}));
  const { translateConfig } = (client.config ?? {}) as { translateConfig?: TranslateConfig }; // a mocked client has no config
  // Of a document client.
  const { marshallOptions, unmarshallOptions } = translateConfig ?? {};
  return Object.assign(calls, marshallOptions && { marshallOptions }, unmarshallOptions && { unmarshallOptions });
};
