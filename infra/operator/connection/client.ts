import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { findLocalRun, localAccount, localTable } from './local-run.ts';
import type { ConnectionOptions } from './options.ts';

/** Throttled, it waits some seconds in all; a person who waits for an answer does not wait longer. */
const limits: DynamoDBClientConfig = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 },
};

export interface Connection {
  client: DynamoDBClient;
  /** For messages: the Region, or the address. */
  place: string;
  /** The name that a table goes by there. */
  nameOf(table: string): string;
}

export const connect = async ({ local, region, endpoint, profile }: ConnectionOptions): Promise<Connection> => {
  if (local !== undefined) {
    const run = await findLocalRun(local);
    const client = new DynamoDBClient({ ...limits, ...localAccount, endpoint: run.endpoint });
    return { client, place: `the local run (${run.endpoint})`, nameOf: (table) => localTable(run, table) };
  }
  // The one way that every version of the SDK knows.
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
  const client = new DynamoDBClient({ ...limits, ...(region && { region }), ...(endpoint && { endpoint }) });
  const place = endpoint ?? `Region ${await client.config.region()}`;
  return { client, place, nameOf: (table) => table };
};
