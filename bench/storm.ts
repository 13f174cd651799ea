import { setTimeout as sleep } from 'node:timers/promises';
import { leanClient } from '../functions/idempotency/entries/lean.ts';
import { answer, isAnswer, request } from './call.ts';
import { connection } from './connection.ts';
import { meteredApi, meteredSdkClient, WriteMeter } from './meter.ts';
import { inPool } from './pool.ts';
import { mapValues, shuffled } from './statistics.ts';
import { createSubjects, createTables, type Protect, type Subject } from './subjects.ts';
import { createTable } from './tables.ts';

export interface Storm {
  executions: number;
  answers: number;
  refusals: number;
  ms: number;
  writeUnits: number;
}

export const stormShape = { requests: 1000, keys: 50, atOnce: 25, workMs: 20 } as const;

const rage = async (protect: Protect, meter: WriteMeter): Promise<Storm> => {
  const { requests, keys, atOnce, workMs } = stormShape;
  let executions = 0;
  const handler = protect(async () => {
    executions += 1;
    await sleep(workMs);
    return answer;
  });
  let answers = 0;
  const storm = crypto.randomUUID();
  meter.units = 0;
  globalThis.gc?.();
  const startMs = performance.now();
  await inPool(requests, atOnce, async (index) => {
    const key = `${storm}-${Math.floor(index / (requests / keys))}`;
    // The peer throws its refusals, this library answers them.
    const result = await request(handler, key).catch(() => undefined);
    if (isAnswer(result)) answers += 1;
  });
  const ms = performance.now() - startMs;
  return { executions, answers, refusals: requests - answers, ms, writeUnits: meter.units };
};

/** The duplicates of each key come at once, while the first is running, and after it. */
export const measureStorms = async (endpoint: string, rounds: number): Promise<Record<Subject, Storm[]>> => {
  const meters = { ours: new WriteMeter(), lean: new WriteMeter(), peer: new WriteMeter() };
  const protect = createSubjects(endpoint, await createTables(() => createTable(endpoint)), {
    ours: meteredSdkClient(endpoint, meters.ours),
    lean: meteredApi(leanClient(connection(endpoint)), meters.lean),
    peer: meteredSdkClient(endpoint, meters.peer),
  });
  const storms = mapValues(protect, (): Storm[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of shuffled(['ours', 'lean', 'peer'] as const)) {
      storms[name].push(await rage(protect[name], meters[name]));
    }
  }
  return storms;
};
