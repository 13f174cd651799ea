import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../infra/local/engine.ts';
import { measureSizes } from './bundle-size.ts';
import { type Bundles, buildBundles } from './bundles.ts';
import { writeCharts } from './charts/charts.ts';
import { measureColdStarts, measureQuotas } from './cold/cold-starts.ts';
import { openEnvironments } from './cold/environments.ts';
import { startTls } from './cold/tls.ts';
import { environment } from './connection.ts';
import { measureCodecs } from './growth/codecs.ts';
import { measureLoad } from './growth/load.ts';
import { measureRecords } from './growth/records.ts';
import { measureResults } from './growth/results.ts';
import { measureLatency } from './latency.ts';
import { measureRedis } from './redis.ts';
import { composePage, type Measurements } from './report/page.ts';
import { redisSection } from './report/redis.ts';
import { measureStorms } from './storm.ts';

/** Says on the way what takes the time. */
const timed = async <Result>(part: string, result: Promise<Result>): Promise<Result> => {
  const startMs = performance.now();
  const measured = await result;
  console.error(`${part}: ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  return measured;
};

const openTls = async ({ processes }: Bundles, endpoint: string) => {
  try {
    return await startTls(processes.tlsProxy.path, endpoint, folder);
  } catch (error) {
    console.error(`NOT MEASURED, TLS: ${(error as Error).message}`);
    return undefined;
  }
};

const redisLimits = { rounds: 4000, warmUp: 400 };

// The rest takes long.
if (process.argv[2] === 'redis') {
  console.log(redisSection(await measureRedis(redisLimits)));
  process.exit();
}

const docs = join(import.meta.dirname, '../docs');
const folder = await mkdtemp(join(tmpdir(), 'bench-'));
const engine = await startEngine();
try {
  const { kind, endpoint } = engine;
  Object.assign(process.env, environment(endpoint));
  const bundles = await timed('bundles', buildBundles(folder));
  const tls = await openTls(bundles, endpoint);
  const start = await openEnvironments(endpoint, bundles);
  const measured: Measurements = {
    engineKind: kind,
    latency: await timed('latency', measureLatency(endpoint, { rounds: 4000, warmUp: 400 })),
    storms: await timed('storms', measureStorms(endpoint, 5)),
    coldStarts: {
      plain: await timed('first requests', measureColdStarts(start, { endpoint }, 25)),
      tls: tls && (await timed('first requests over TLS', measureColdStarts(start, tls, 25))),
      quotas: await timed('quotas', measureQuotas(start, tls ?? { endpoint }, { rounds: 15, many: 200 })),
    },
    sizes: await measureSizes(bundles),
    redis: await timed('redis', measureRedis(redisLimits)),
    growth: {
      codecs: measureCodecs(200),
      results: await timed('results', measureResults(endpoint, { rounds: 100, warmUp: 10 })),
      load: await timed('load', measureLoad(endpoint, bundles)),
      // The last, because the engine is slower with all those records.
      records: await timed('records', measureRecords(endpoint, { rounds: 200, warmUp: 20 })),
    },
  };
  const page = composePage(measured);
  await writeFile(join(docs, 'benchmarks.md'), page);
  await writeCharts(measured, join(docs, 'charts'));
  console.log(page);
  tls?.close();
} finally {
  await engine.close();
  await rm(folder, { recursive: true });
}
