import { sdkCalls } from '../../../functions/idempotency/dynamodb/api/sdk/sdk-calls.ts';
import { type Attributes, stringOf } from '../../../functions/idempotency/dynamodb/attributes.ts';
import { mayHaveBeenApplied } from '../../../functions/idempotency/dynamodb/dynamodb-error.ts';
import { forgetRecord } from '../change/forget-record.ts';
import { replaceAnswer } from '../change/replace-answer.ts';
import { OperatorError } from '../operator-error.ts';
import { duration } from '../output/time.ts';
import { type Seen, toSeen } from '../records/seen.ts';
import { estimate, scanRecords } from '../scan/scan-records.ts';
import { connect } from './client.ts';
import { serverClock } from './clock.ts';
import { openRecords } from './layout.ts';
import type { ConnectionOptions } from './options.ts';
import { type Opening, ownId, type Session, statuses } from './session.ts';
import { readTableFacts } from './table-facts.ts';

/** Powertools' end with the base64 of a hash. */
const powertoolsId = /#[\w+/-]+={0,2}$/;

/** Records in one table. */
export const openDynamoDBSession = async (options: ConnectionOptions, { signal, note }: Opening): Promise<Session> => {
  const wanted = options.table ?? (options.local === undefined ? undefined : 'Idempotency');
  if (!wanted) {
    throw new OperatorError(
      'usage',
      'No table name is set. Pass --table NAME, or set IDEMPOTENCY_TABLE as for the functions; --local finds that of the local run.',
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
  const { format, store, keyPrefix, isPowertools } = records;
  const idForm = isPowertools ? powertoolsId : ownId;

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

  const table = { api, facts, format, recordOf, signal };
  return {
    ...{ store, keyPrefix, isPowertools, now: clock.now, signal, read },
    inProgress: format.inProgress,
    place: connection.place,
    name: facts.name,
    scan: (scan, output) => scanRecords(table, scan, output),
    estimate: async (scanOptions, output) => estimate(table, scanOptions, output),
    scanned: ({ items, units }) => `${items} items, for ${units} read units`,
    forget: (seen) => forgetRecord(table, seen),
    replaceAnswer: (seen, result) => replaceAnswer(table, seen, result),
    mayHaveBeenApplied: (error) => mayHaveBeenApplied((error as { cause?: unknown }).cause),
    close: () => undefined,
  };
};
