import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../infra/local/engine.ts';
import { measureSizes } from './bundle-size.ts';
import { buildBundles } from './bundles.ts';
import { measureColdStarts } from './cold-start.ts';
import { environment } from './connection.ts';
import { measureLoad } from './growth/load.ts';
import { measureRecords } from './growth/records.ts';
import { measureResults } from './growth/results.ts';
import { measureLatency } from './latency.ts';
import { measureRedis } from './redis.ts';
import { composePage } from './report/page.ts';
import { redisSection } from './report/redis.ts';
import { measureStorms } from './storm.ts';

/** Says on the way what takes the time. */
const timed = async <Result>(part: string, result: Promise<Result>): Promise<Result> => {
  const startMs = performance.now();
  const measured = await result;
  console.error(`${part}: ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  return measured;
};

const redisLimits = { rounds: 4000, warmUp: 400 };

// The rest takes long.
if (process.argv[2] === 'redis') {
  console.log(redisSection(await measureRedis(redisLimits)));
  process.exit();
}

const folder = await mkdtemp(join(tmpdir(), 'bench-'));
const engine = await startEngine();
try {
  const { kind, endpoint } = engine;
  Object.assign(process.env, environment(endpoint));
  const bundles = await timed('bundles', buildBundles(folder));
  const page = composePage({
    engineKind: kind,
    latency: await timed('latency', measureLatency(endpoint, { rounds: 4000, warmUp: 400 })),
    storms: await timed('storms', measureStorms(endpoint, 5)),
    coldStarts: await timed('cold starts', measureColdStarts(endpoint, bundles, 25)),
    sizes: await measureSizes(bundles),
    redis: await timed('redis', measureRedis(redisLimits)),
    growth: {
      results: await timed('results', measureResults(endpoint, { rounds: 100, warmUp: 10 })),
      load: await timed('load', measureLoad(endpoint, bundles)),
      // The last, because the engine is slower with all those records.
      records: await timed('records', measureRecords(endpoint, { rounds: 200, warmUp: 20 })),
    },
  });
  await writeFile(join(import.meta.dirname, '../docs/benchmarks.md'), page);
  console.log(page);
} finally {
  await engine.close();
  await rm(folder, { recursive: true });
}
