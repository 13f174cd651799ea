import type { ClientBinding, SdkClient } from '../client-binding.ts';
import type { DynamoDBApi } from '../dynamodb-api.ts';
import { sdkCalls } from './sdk-calls.ts';
import { defaultClient } from './sdk-default-client.ts';

const isSdkClient = (client: object): client is SdkClient => 'send' in client && typeof client.send === 'function';

export const sdkBinding: ClientBinding = {
  rule: {
    is: (value) => isSdkClient(value) || typeof (value as DynamoDBApi).updateItem === 'function',
    expected: 'a DynamoDB client of the AWS SDK v3, or `leanClient()`',
  },
  open: (client) => {
    if (!client) return defaultClient();
    return isSdkClient(client) ? sdkCalls(client) : client;
  },
};
