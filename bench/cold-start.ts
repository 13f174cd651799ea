import { type Bundles, type HandlerName, handlers } from './bundles.ts';
import { environment } from './connection.ts';
import type { FirstAnswer } from './processes/first-answer.ts';
import { runProcess } from './run-process.ts';
import { mapValues, shuffled } from './statistics.ts';
import { createTable } from './tables.ts';

export interface ColdStarts {
  processes: number;
  samples: Record<HandlerName, FirstAnswer[]>;
}

/** Fresh processes, one after the other, each with a handler of another subject. */
export const measureColdStarts = async (
  endpoint: string,
  { whole, processes: { firstAnswer } }: Bundles,
  processes: number,
): Promise<ColdStarts> => {
  const env = mapValues(
    {
      node: await createTable(endpoint),
      ours: await createTable(endpoint),
      lean: await createTable(endpoint),
      peer: await createTable(endpoint),
    },
    (table) => ({ ...environment(endpoint), IDEMPOTENCY_TABLE: table }),
  );
  const envOf = { ...env, empty: environment(endpoint), middy: environment(endpoint) };
  const samples = mapValues(handlers, (): FirstAnswer[] => []);
  const names = Object.keys(handlers) as HandlerName[];
  const start = (name: HandlerName) => runProcess<FirstAnswer>([firstAnswer.path, whole[name].path], envOf[name]);
  // The first process of each brings its file into the machine's cache.
  for (const name of names) await start(name);
  for (let round = 0; round < processes; round += 1) {
    for (const name of shuffled(names)) samples[name].push(await start(name));
  }
  return { processes, samples };
};
