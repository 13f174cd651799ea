import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { CallOptions, DynamoDBApi } from '../dynamodb-api.ts';

/** What all commands of the SDK have in common. */
export interface SdkCommand {
  readonly input: object;
  readonly middlewareStack: object;
}

/** Makes a command and sends it. */
export type SendCommand = (
  Command: new (input: never) => SdkCommand,
  input: object,
  options: CallOptions | undefined,
) => Promise<unknown>;

/** The calls, as commands of the SDK. */
export const sdkCalls = (send: SendCommand): DynamoDBApi =>
  ({
    getItem: (input, options) => send(GetItemCommand, input, options),
    putItem: (input, options) => send(PutItemCommand, input, options),
    updateItem: (input, options) => send(UpdateItemCommand, input, options),
    deleteItem: (input, options) => send(DeleteItemCommand, input, options),
    transactWriteItems: (input, options) => send(TransactWriteItemsCommand, input, options),
  }) as { [Action in keyof DynamoDBApi]: (input: object, options?: CallOptions) => Promise<unknown> } as DynamoDBApi;

type Next = (args: TryArguments) => Promise<object>;

/** One try of a command, as the SDK's middlewares below its retries see it. */
export interface TryArguments {
  input: object;
  request: object;
}

interface TryStack {
  add(watch: (next: Next) => Next, position: { name: string; step: 'finalizeRequest'; priority: 'low' }): void;
}

/** Sees each try of a command, or of all commands of a client, by itself. */
export const onEachTry = (stack: object, name: string, watch: (next: Next) => Next): void =>
  (stack as TryStack).add(watch, { name: `middy-idempotency ${name}`, step: 'finalizeRequest', priority: 'low' });

/** Tells of a try that failed, and fails. */
export const telling =
  (onFailedTry: (error: unknown) => void) =>
  (error: unknown): never => {
    onFailedTry(error);
    throw error;
  };
