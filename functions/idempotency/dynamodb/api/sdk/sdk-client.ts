import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { marshallOptions } from '@aws-sdk/util-dynamodb';
import type { ClientBinding } from '../client-binding.ts';
import type { DynamoDBApi } from '../dynamodb-api.ts';
import { onEachTry, sdkCalls, telling } from './sdk-calls.ts';
import { defaultClient } from './sdk-default-client.ts';

/** `DynamoDBClient` or `DynamoDBDocumentClient`. */
export type SdkClient = Pick<DynamoDBClient, 'send' | 'config'>;

/** The calls, made by a client that somebody else made. */
const callsBy = (client: SdkClient): DynamoDBApi => {
  const calls = sdkCalls((Command, input, { abortSignal, onFailedTry } = {}) => {
    const command = new Command(input as never);
    if (onFailedTry) {
      onEachTry(command.middlewareStack, 'tries', (next) => (args) => next(args).catch(telling(onFailedTry)));
    }
    return client.send(command as never, { ...(abortSignal && { abortSignal }) });
  });
  const { translateConfig } = client.config as { translateConfig?: { marshallOptions?: marshallOptions } };
  return translateConfig?.marshallOptions ? { ...calls, marshallOptions: translateConfig.marshallOptions } : calls;
};

const isSdkClient = (client: object): client is SdkClient => 'send' in client && typeof client.send === 'function';

export const sdkBinding: ClientBinding = {
  rule: {
    is: (value) => isSdkClient(value) || typeof (value as DynamoDBApi).updateItem === 'function',
    expected: 'a DynamoDB client of the AWS SDK v3, or `leanClient()`',
  },
  open: (client) => {
    if (!client) return defaultClient();
    return isSdkClient(client) ? callsBy(client) : client;
  },
};
