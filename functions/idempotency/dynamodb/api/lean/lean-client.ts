import { randomUUID } from 'node:crypto';
import type { CallOptions, DynamoDBApi } from '../dynamodb-api.ts';
import { sender } from './attempt/send.ts';
import { credentialSource } from './credentials/credential-source.ts';
import { resolveEndpoint } from './endpoint.ts';
import { type LeanClientOptions, resolveLeanOptions } from './lean-options.ts';
import { sendWithRetries } from './send-with-retries.ts';
import { toWire } from './wire.ts';

/**
 * A client for the six actions of DynamoDB that the library uses, a thirtieth of the AWS SDK's size: it loads in a few
 * milliseconds. Outputs and errors have the names and fields that the SDK's have; errors are no instances of its classes.
 *
 * @throws {TypeError} when an option is unknown or wrong, or no Region is named
 *
 * @example
 * ```ts
 * const store = dynamoDBStore({ client: leanClient({ requestTimeoutMs: 1000 }) });
 * ```
 */
export const leanClient = (options: LeanClientOptions = {}): DynamoDBApi => {
  const { region, endpoint, credentials, maxAttempts, ...timeouts } = resolveLeanOptions(options);
  const client = {
    send: sender({ endpoint: resolveEndpoint(region, endpoint), region, ...timeouts }),
    credentials: credentialSource(credentials),
    maxAttempts,
  };

  /** Outputs are what DynamoDB's documentation says they are: nothing checks them. */
  const call = async <Output>(action: string, input: object, callOptions?: CallOptions): Promise<Output> =>
    (await sendWithRetries(client, action, JSON.stringify(toWire(input)), callOptions)) as Output;

  return {
    getItem: (input, callOptions) => call('GetItem', input, callOptions),
    putItem: (input, callOptions) => call('PutItem', input, callOptions),
    updateItem: (input, callOptions) => call('UpdateItem', input, callOptions),
    deleteItem: (input, callOptions) => call('DeleteItem', input, callOptions),
    transactWriteItems: (input, callOptions) => {
      // Makes a repeated try harmless.
      const ClientRequestToken = input.ClientRequestToken ?? randomUUID();
      return call('TransactWriteItems', { ...input, ClientRequestToken }, callOptions);
    },
    scan: (input, callOptions) => call('Scan', input, callOptions),
  };
};
