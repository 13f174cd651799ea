import { call, type Handler } from '../call.ts';
import { inPool } from '../pool.ts';

export interface LoadStep {
  calls: number;
  atOnce: number;
}

export interface LoadResult {
  msPerCall: number;
  /** Used after a garbage collection. */
  heapBytes: number;
}

// One execution environment under load: each call has a key of its own. Needs `--expose-gc`.
const [, , path = '', steps = '[]'] = process.argv;
const { handler }: { handler: Handler } = await import(path);
const results: LoadResult[] = [];
for (const { calls, atOnce } of JSON.parse(steps) as LoadStep[]) {
  const startMs = performance.now();
  await inPool(calls, atOnce, () => call(handler, crypto.randomUUID()));
  const msPerCall = (performance.now() - startMs) / calls;
  globalThis.gc?.();
  results.push({ msPerCall, heapBytes: process.memoryUsage().heapUsed });
}
process.stdout.write(JSON.stringify(results));
