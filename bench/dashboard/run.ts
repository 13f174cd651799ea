import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readResources } from '../../infra/local/cloud-assembly.ts';
import { startLocalStack } from '../../infra/local/local-stack.ts';
import { readAssembly } from '../../infra/local/template.ts';
import { seededRandom } from '../../test/support/random.ts';
import { drawDashboard } from './draw-dashboard.ts';
import { emfSamples, type Sample } from './emf-samples.ts';
import { createFigures } from './figures.ts';
import { fillStock } from './fill-stock.ts';
import { readAlarms, readDashboard } from './read-dashboard.ts';
import { storm } from './storm.ts';
import { startTableProxy, type TableProxy } from './table-proxy.ts';

const root = join(import.meta.dirname, '../..');
const assembly = join(root, 'cdk.out');
const picture = join(root, 'docs/pictures/dashboard.svg');

/** Two seconds of the storm stand for a minute of the dashboard. */
const periodMs = 2000;
const periods = 40;

const random = seededRandom(Number(process.env['STORM_SEED'] ?? 2026));
const samples: Sample[] = [];
const tableName =
  readAssembly(assembly).tables.find(({ logicalId }) => logicalId.startsWith('Idempotency'))?.name ?? '';
let proxy: TableProxy;

const stack = await startLocalStack({
  assembly,
  port: 0,
  environment: { PROVIDER_LATENCY_MS: '300' },
  log: (line) => samples.push(...emfSamples(line.slice(line.indexOf('] ') + 2))),
  proxy: async (engine) => {
    proxy = await startTableProxy(engine, tableName, { random, tell: (sample) => samples.push(sample) });
    return proxy.endpoint;
  },
});
await fillStock(stack);
const startMs = Date.now();
try {
  await storm(stack, () => proxy, { durationMs: periods * periodMs, random });
} finally {
  await stack.close();
}
if (process.env['SAMPLES']) writeFileSync(process.env['SAMPLES'], JSON.stringify({ startMs, samples }));

const resources = readResources(assembly);
const { svg, empty } = drawDashboard(readDashboard(resources), readAlarms(resources), {
  figures: createFigures(samples, { startMs, periodMs, periods }),
  periods,
});
mkdirSync(join(root, 'docs/pictures'), { recursive: true });
writeFileSync(picture, svg);
console.log(`${picture}: ${samples.length} figures, ${svg.length} bytes`);
// A storm is another one each time, and some trouble is rare.
if (empty.length > 0) console.log(`Nothing came of this storm for: ${empty.join(', ')}`);
