import { isLambdaInit } from '../base/lambda-init.ts';
import { isBoolean } from '../base/options.ts';
import type { ClientBinding, SdkClient } from './api/client-binding.ts';
import type { DynamoDBApi } from './api/dynamodb-api.ts';
import { createClaim } from './claim.ts';
import { createCompletion } from './completion.ts';
import { createRecordFormat } from './record-format.ts';
import { resolveLayout } from './table-layout.ts';

export interface WarmUpOptions {
  /**
   * A `leanClient()` of your own, in place of the client that all middlewares of an execution environment share.
   * @default the shared one
   */
  client?: DynamoDBApi;
}

/** Where a client comes from, and whether it is warmed up when the function loads. */
export interface WarmableOptions {
  /**
   * Whether to open the connection to DynamoDB and run the code of a first call while the function loads, so that the first request doesn't
   * wait for them. Only in Lambda's init, on demand or for provisioned concurrency, and not for an SDK client of your own.
   * @default true
   */
  warmUp?: boolean;
}

export const warmableRules = { warmUp: isBoolean };

const sample = { id: '', owner: '', nowMs: 0, expiresAtSeconds: 0 };

/** What a first call will do, without doing it. */
const rehearse = async (client: DynamoDBApi): Promise<void> => {
  const table = { tableName: 'rehearsal', client, format: createRecordFormat(resolveLayout('warmUp', {})) };
  const claimed = { ...sample, fingerprint: '', keyHash: '', requestId: '', leaseExpiresAtMs: 0 };
  await createClaim(table)({ ...claimed, from: 'absent', takeOver: true });
  await createCompletion(table).complete({ ...sample, result: { encoding: 'json', data: '' } });
};

/** Makes a client ready for its first call, if the function loads now. Never rejects. */
const warmUpClient = async (client: DynamoDBApi): Promise<void> => {
  if (isLambdaInit()) await client.warmUp?.(rehearse);
};

/** The client of a store or middleware, which is made ready while the rest of the function loads. */
export const openWarm = (
  binding: ClientBinding,
  client: SdkClient | DynamoDBApi | undefined,
  { warmUp = true }: WarmableOptions,
): DynamoDBApi => {
  const opened = binding.open(client);
  if (warmUp) void warmUpClient(opened);
  return opened;
};

export interface WarmUp {
  /**
   * Resolves when the connection to DynamoDB, and the code of a first call, are ready: awaited at the end of a module, it makes Lambda hold
   * the first request until then. It writes nothing, never rejects, and gives up after a second. Outside of Lambda's init it does nothing.
   *
   * @example
   * ```ts
   * const handler = middy(pay).use(idempotencyKey());
   * await warmUp();
   * ```
   */
  (options?: WarmUpOptions): Promise<void>;
}

export const warmUpOn =
  (binding: ClientBinding): WarmUp =>
  async ({ client } = {}) =>
    warmUpClient(binding.open(client));
