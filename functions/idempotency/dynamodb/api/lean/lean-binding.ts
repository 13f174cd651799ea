import { hasMethods } from '../../../base/options.ts';
import type { ClientBinding } from '../client-binding.ts';
import type { DynamoDBApi } from '../dynamodb-api.ts';
import { leanClient } from './lean-client.ts';

let shared: DynamoDBApi | undefined;

const { is: makesCalls } = hasMethods('getItem', 'putItem', 'updateItem', 'deleteItem', 'transactWriteItems');

export const leanBinding: ClientBinding = {
  rule: {
    is: (value) => makesCalls(value) && !('send' in value),
    expected: '`leanClient()` (to use a client of the AWS SDK, import from `middy-idempotency`)',
  },
  open: (client) => {
    if (client) return client as DynamoDBApi;
    shared ??= leanClient();
    return shared;
  },
};
