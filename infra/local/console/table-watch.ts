import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventStream } from './event-stream.ts';
import type { ChargeView, Tables } from './protocol.ts';
import { readTables } from './read-tables.ts';
import type { RecordSource } from './record-source.ts';
import type { TableNames } from './store-call.ts';

export type TableWatch = {
  current(): Tables;
  /** Somebody has written: look soon. */
  written(): void;
  close(): void;
};

const soonMs = 100;
/** Others write to the tables too: the operator tool, the demo. */
const patrolMs = 2000;

const empty: Tables = {
  records: [],
  payments: [],
  charges: [],
  orders: [],
  guards: [],
  stock: [],
  totals: { records: 0, payments: 0, charges: 0, orders: 0, guards: 0 },
};

/** Looks into the tables while a page is open, and tells it what has changed. */
export function createTableWatch({
  client,
  tables,
  source,
  charges,
  stream,
  log,
}: {
  client: DynamoDBClient;
  tables: TableNames;
  source: RecordSource;
  charges: () => ChargeView[];
  stream: EventStream;
  log: (line: string) => void;
}): TableWatch {
  let current = empty;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let again = false;
  let closed = false;

  const look = async (): Promise<void> => {
    timer = undefined;
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      const found = await readTables(client, tables, source, charges());
      if (JSON.stringify(found) !== JSON.stringify(current)) {
        current = found;
        stream.changed({ tables: current });
      }
    } catch (error) {
      if (!closed) log(`the console can't read the tables: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      looking = false;
      if (again) written();
      again = false;
    }
  };

  const written = (): void => {
    if (closed || !stream.watched) return;
    timer ??= setTimeout(() => void look(), soonMs);
  };

  const patrol = setInterval(written, patrolMs).unref();

  return {
    current: () => current,
    written,
    close() {
      closed = true;
      clearInterval(patrol);
      clearTimeout(timer);
    },
  };
}
