import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { createFunctionPool } from '../function-pool.ts';
import { startGateway } from '../gateway.ts';
import { type RunningApi, tableNamed } from './running-api.ts';

/** Serves the unprotected twin beside the API, on the same tables. */
export async function startUnprotectedApi(api: RunningApi): Promise<{ url: string; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'unprotected-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'unprotected-payments.ts')],
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  const environment = { PAYMENTS_TABLE: tableNamed(api, 'Payments'), PROVIDER_LATENCY_MS: '100' };
  const pool = createFunctionPool(
    { name: 'Unprotected', directory, handler: 'index.handler', timeoutMs: 6000, memoryMb: 256, environment },
    { endpoint: api.endpoint, log: () => {} },
  );
  const routes = [{ routeKey: 'POST /payments', target: pool }];
  const gateway = await startGateway({ port: 0, routes, log: () => {} });
  return {
    url: gateway.url,
    async close() {
      await gateway.close();
      await pool.close();
      await rm(directory, { recursive: true });
    },
  };
}
