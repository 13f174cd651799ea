import { call } from '../call.ts';
import { interleave, type Rounds, type Samples } from '../interleave.ts';
import { mapValues } from '../statistics.ts';
import { createSubjects, createTables, type Subject } from '../subjects.ts';
import { createTable } from '../tables.ts';
import { bodyOf, bodySizes } from './bodies.ts';

export interface AtBytes {
  bytes: number;
  first: Record<Subject, Samples>;
  replay: Record<Subject, Samples>;
}

export interface ResultsGrowth {
  limits: Rounds;
  sizes: AtBytes[];
}

/** The same calls with larger and larger answers to keep. */
export const measureResults = async (endpoint: string, limits: Rounds): Promise<ResultsGrowth> => {
  const protect = createSubjects(endpoint, await createTables(() => createTable(endpoint)));
  const sizes: AtBytes[] = [];
  for (const bytes of bodySizes) {
    const answer = { statusCode: 201, headers: { 'content-type': 'application/json' }, body: bodyOf(bytes) };
    const keyed = mapValues(protect, (protectWork) => protectWork(async () => answer));
    const first = await interleave(
      mapValues(keyed, (handler) => (round: number) => call(handler, `result-${bytes}-${round}`)),
      limits,
    );
    const replay = await interleave(
      mapValues(keyed, (handler) => () => call(handler, `result-${bytes}-0`)),
      limits,
    );
    sizes.push({ bytes, first, replay });
  }
  return { limits, sizes };
};
