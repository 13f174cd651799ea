import { answer, call } from './call.ts';
import { leanFloor, sdkFloor } from './floors.ts';
import { createInserts } from './inserts.ts';
import { interleave, type Rounds, type Samples } from './interleave.ts';
import { mapValues } from './statistics.ts';
import { createSubjects, createTables, type Subject } from './subjects.ts';
import { createTable } from './tables.ts';

export type FloorName = 'sdkFloor' | 'leanFloor';

export interface Latency {
  limits: Rounds;
  first: Record<Subject | FloorName, Samples>;
  replay: Record<Subject | FloorName, Samples>;
  insert: Record<Subject, Samples>;
  /** The same insert again, which the transaction finds out. */
  insertReplay: Record<Subject, Samples>;
  /** The same with `readFirst`, which a read finds out. */
  insertReadFirst: Record<Subject, Samples>;
}

/** One call at a time: latency, and the CPU time of this process. */
export const measureLatency = async (endpoint: string, limits: Rounds): Promise<Latency> => {
  const create = () => createTable(endpoint);
  const tables = await createTables(create);
  const keyed = mapValues(createSubjects(endpoint, tables), (protect) => protect(async () => answer));
  const floors = { sdkFloor: sdkFloor(await create()), leanFloor: leanFloor(await create(), endpoint) };
  const orders = await create();
  const inserts = createInserts(endpoint, tables, orders, { readFirst: false });
  const insertsReading = createInserts(endpoint, tables, orders, { readFirst: true });
  const repeats = (handlers: typeof inserts) =>
    interleave(
      mapValues(handlers, (handler) => () => call(handler, 'insert-0')),
      limits,
    );
  return {
    limits,
    first: await interleave(
      {
        ...mapValues(keyed, (handler) => (round: number) => call(handler, `first-${round}`)),
        ...mapValues(
          floors,
          ({ first }) =>
            (round: number) =>
              first(`first-${round}`),
        ),
      },
      limits,
    ),
    replay: await interleave(
      {
        ...mapValues(keyed, (handler) => () => call(handler, 'first-0')),
        ...mapValues(
          floors,
          ({ replay }) =>
            () =>
              replay('first-0'),
        ),
      },
      limits,
    ),
    insert: await interleave(
      mapValues(inserts, (handler) => (round: number) => call(handler, `insert-${round}`)),
      limits,
    ),
    insertReplay: await repeats(inserts),
    insertReadFirst: await repeats(insertsReading),
  };
};
