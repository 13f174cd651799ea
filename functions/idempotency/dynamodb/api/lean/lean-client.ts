import { uniqueId } from '../../../base/unique-id.ts';
import type { CallOptions, DynamoDBApi } from '../dynamodb-api.ts';
import { createRehearsal } from '../rehearsal.ts';
import { openConnections } from './attempt/send.ts';
import { credentialSource } from './credentials/credential-source.ts';
import { resolveEndpoint } from './endpoint.ts';
import { type LeanClientOptions, resolveLeanOptions } from './lean-options.ts';
import { type Sending, sendWithRetries } from './send-with-retries.ts';
import { toWire } from './wire.ts';

/**
 * A client for the six DynamoDB actions that the library uses, a thirtieth of the AWS SDK's size: it loads in a few milliseconds. Outputs
 * and errors have the same names and fields as the SDK's, but errors are not instances of its classes.
 *
 * @throws {TypeError} when an option is unknown or wrong, or no Region is set
 *
 * @example
 * ```ts
 * const store = dynamoDBStore({ client: leanClient({ requestTimeoutMs: 1000 }) });
 * ```
 */
export const leanClient = (options: LeanClientOptions = {}): DynamoDBApi => {
  const { region, endpoint, credentials, maxAttempts, ...timeouts } = resolveLeanOptions(options);
  const { send, rehearse } = openConnections({ endpoint: resolveEndpoint(region, endpoint), region, ...timeouts });
  const source = credentialSource(credentials);

  const rehearsal = createRehearsal((signal) => {
    const { send: rehearsedSend, connection } = rehearse(signal);
    return { api: callsBy({ send: rehearsedSend, credentials: source, maxAttempts: 1 }), connection };
  });
  const sendWhenReady: typeof send = async (...request) => {
    await rehearsal.makeWay();
    return send(...request);
  };
  const { warmUp } = rehearsal;
  return { ...callsBy({ send: sendWhenReady, credentials: source, maxAttempts }), warmUp };
};

const callsBy = (sending: Sending): DynamoDBApi => {
  /** Outputs are what DynamoDB's documentation says they are: nothing checks them. */
  const call = async <Output>(action: string, input: object, callOptions?: CallOptions): Promise<Output> =>
    (await sendWithRetries(sending, action, JSON.stringify(toWire(input)), callOptions)) as Output;

  return {
    getItem: (input, callOptions) => call('GetItem', input, callOptions),
    putItem: (input, callOptions) => call('PutItem', input, callOptions),
    updateItem: (input, callOptions) => call('UpdateItem', input, callOptions),
    deleteItem: (input, callOptions) => call('DeleteItem', input, callOptions),
    transactWriteItems: (input, callOptions) => {
      // Makes a repeated try harmless.
      const ClientRequestToken = input.ClientRequestToken ?? uniqueId();
      return call('TransactWriteItems', { ...input, ClientRequestToken }, callOptions);
    },
    scan: (input, callOptions) => call('Scan', input, callOptions),
  };
};
