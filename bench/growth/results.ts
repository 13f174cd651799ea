import { call } from '../call.ts';
import { interleave, type Rounds, type Samples } from '../interleave.ts';
import { mapValues } from '../statistics.ts';
import { createSubjects, createTables, type Subject } from '../subjects.ts';
import { createTable } from '../tables.ts';

export interface AtBytes {
  bytes: number;
  first: Record<Subject, Samples>;
  replay: Record<Subject, Samples>;
}

export interface ResultsGrowth {
  limits: Rounds;
  sizes: AtBytes[];
}

const bodySizes = [100, 1_000, 10_000, 100_000, 380_000] as const;

const words = ['order', 'payment', 'customer', 'delivered', 'pending', 'Vienna', 'Porto', 'express'];

const word = (): string => words[Math.floor(Math.random() * words.length)] ?? '';

/** A JSON body of that many bytes: names that repeat, as in the lists that APIs answer, and identifiers that do not. */
const bodyOf = (bytes: number): string => {
  const lines: object[] = [];
  const frame = JSON.stringify({ lines: [], rest: '' }).length;
  for (let length = frame; ; ) {
    const line = { id: crypto.randomUUID(), kind: word(), city: word(), amount: Math.random() * 1000 };
    length += JSON.stringify(line).length + 1;
    if (length > bytes) break;
    lines.push(line);
  }
  const rest = 'x'.repeat(Math.max(0, bytes - JSON.stringify({ lines, rest: '' }).length));
  return JSON.stringify({ lines, rest });
};

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
