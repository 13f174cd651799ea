import type { Bundles } from '../bundles.ts';
import { environment } from '../connection.ts';
import type { LoadResult, LoadStep } from '../processes/load.ts';
import { runProcess } from '../run-process.ts';
import type { Subject } from '../subjects.ts';
import { createTable } from '../tables.ts';

const warmUp: LoadStep = { calls: 1000, atOnce: 10 };

export const concurrencies = [1, 10, 50, 100].map((atOnce) => ({ calls: 1000, atOnce })) satisfies LoadStep[];

export const endurance: LoadStep = { calls: 20_000, atOnce: 50 };

export interface Load {
  /** One for each of `concurrencies`. */
  steps: LoadResult[];
  /** Heap bytes. */
  beforeEndurance: number;
  afterEndurance: number;
}

/** Each subject in an environment of its own, so that its heap is nobody else's. */
export const measureLoad = async (endpoint: string, { whole, processes }: Bundles): Promise<Record<Subject, Load>> => {
  const measure = async (subject: Subject): Promise<Load> => {
    const env = { ...environment(endpoint), IDEMPOTENCY_TABLE: await createTable(endpoint) };
    const steps = JSON.stringify([warmUp, ...concurrencies, endurance]);
    const args = ['--expose-gc', processes.load.path, whole[subject].path, steps];
    const [, ...results] = await runProcess<LoadResult[]>(args, env);
    const last = results.pop();
    const before = results.at(-1);
    if (!before || !last) throw new Error(`${subject} under load printed too few results`);
    return { steps: results, beforeEndurance: before.heapBytes, afterEndurance: last.heapBytes };
  };
  return { ours: await measure('ours'), lean: await measure('lean'), peer: await measure('peer') };
};
