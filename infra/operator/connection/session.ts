import type { DynamoDBApi } from '../../../functions/idempotency/dynamodb/api/dynamodb-api.ts';
import { sdkCalls } from '../../../functions/idempotency/dynamodb/api/sdk/sdk-calls.ts';
import { type Attributes, stringOf } from '../../../functions/idempotency/dynamodb/attributes.ts';
import { OperatorError } from '../operator-error.ts';
import { duration } from '../output/time.ts';
import { type Seen, toSeen } from '../records/seen.ts';
import { type Connection, connect } from './client.ts';
import { serverClock } from './clock.ts';
import { openRecords, type Records } from './layout.ts';
import type { ConnectionOptions } from './options.ts';
import { readTableFacts, type TableFacts } from './table-facts.ts';

/** One table, opened for one command. */
export interface Session extends Records {
  connection: Connection;
  api: DynamoDBApi;
  facts: TableFacts;
  /** Epoch milliseconds. */
  now(): number;
  /** Aborted by Ctrl-C. No write is given it: what is begun is ended. */
  signal: AbortSignal;
  /** The record that an item is, or `undefined` for what else lies in the table. */
  recordOf(item: Attributes): Seen | undefined;
  /** The record as it is now, whether or not it has expired. */
  read(id: string): Promise<Seen | undefined>;
}

/** Ids that this library makes end with a hash; Powertools' with the base64 of one. */
const idForms = { own: /#[\w-]{43}$/, powertools: /#[\w+/-]+={0,2}$/ };
const statuses: ReadonlySet<string> = new Set(['ISSUED', 'IN_PROGRESS', 'RELEASED', 'COMPLETED']);

export const openSession = async (
  options: ConnectionOptions,
  { signal, note }: { signal: AbortSignal; note: (text: string) => void },
): Promise<Session> => {
  const wanted = options.table ?? (options.local === undefined ? undefined : 'Idempotency');
  if (!wanted) {
    throw new OperatorError(
      'usage',
      'No table is named. Pass --table NAME, or set IDEMPOTENCY_TABLE as for the functions; --local finds that of the local run.',
    );
  }
  const connection = await connect(options);
  const clock = serverClock(connection.client);
  const facts = await readTableFacts(connection.client, connection.nameOf(wanted), signal);
  const skewMs = clock.skewMs();
  if (skewMs !== undefined) {
    note(
      `This machine's clock is ${duration(skewMs)} ${skewMs > 0 ? 'ahead' : 'behind'}: leases are judged by DynamoDB's.`,
    );
  }
  const api = sdkCalls(connection.client);
  const records = openRecords(api, facts, options);
  const { format, isPowertools } = records;
  const idForm = isPowertools ? idForms.powertools : idForms.own;

  const recordOf = (item: Attributes): Seen | undefined => {
    const seen = toSeen(item, format);
    const key = format.keyOf(seen.record.id);
    const isHere = Object.entries(key).every(([name, value]) => stringOf(value) === stringOf(item[name]));
    return isHere && idForm.test(seen.record.id) && statuses.has(seen.record.status) ? seen : undefined;
  };

  const read = async (id: string): Promise<Seen | undefined> => {
    const input = { TableName: facts.name, Key: format.keyOf(id), ConsistentRead: true };
    const { Item } = await api.getItem(input, { abortSignal: signal });
    return Item && recordOf(Item);
  };

  return { connection, api, facts, now: clock.now, signal, recordOf, read, ...records };
};
