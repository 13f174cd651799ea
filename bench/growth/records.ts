import { answer, call } from '../call.ts';
import { interleave, type Rounds, type Samples } from '../interleave.ts';
import { mapValues } from '../statistics.ts';
import { createSubjects, type Subject } from '../subjects.ts';
import { createTable } from '../tables.ts';
import { addRecords } from './fill.ts';

export interface AtRecords {
  records: number;
  first: Record<Subject, Samples>;
  replay: Record<Subject, Samples>;
}

export interface RecordsGrowth {
  limits: Rounds;
  sizes: AtRecords[];
}

const recordCounts = [1, 100, 10_000, 100_000] as const;

/** The same calls on tables that hold more and more records. Those of the calls themselves come on top. */
export const measureRecords = async (endpoint: string, limits: Rounds): Promise<RecordsGrowth> => {
  const tables = { library: await createTable(endpoint), peer: await createTable(endpoint) };
  const protect = createSubjects(endpoint, {
    // The client makes no difference to the records.
    ours: tables.library,
    lean: tables.library,
    peer: tables.peer,
  });
  const keyed = mapValues(protect, (protectWork) => protectWork(async () => answer));
  for (const handler of Object.values(keyed)) await call(handler, 'kept');
  let held = 1;
  const sizes: AtRecords[] = [];
  for (const records of recordCounts) {
    for (const table of Object.values(tables)) await addRecords(endpoint, table, Math.max(0, records - held));
    held = records + limits.rounds + limits.warmUp;
    const first = await interleave(
      mapValues(keyed, (handler, name) => (round: number) => call(handler, `${name}-${records}-${round}`)),
      limits,
    );
    const replay = await interleave(
      mapValues(keyed, (handler) => () => call(handler, 'kept')),
      limits,
    );
    sizes.push({ records, first, replay });
  }
  return { limits, sizes };
};
