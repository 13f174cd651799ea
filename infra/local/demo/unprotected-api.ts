import { createFunctionPool } from '../function-pool.ts';
import { startGateway } from '../gateway.ts';
import { type RunningApi, tableNamed } from './running-api.ts';
import { unprotectedFunction } from './unprotected-function.ts';

/** Serves the unprotected twin beside the API, on the same tables. */
export async function startUnprotectedApi(api: RunningApi): Promise<{ url: string; close(): Promise<void> }> {
  const environment = { PAYMENTS_TABLE: tableNamed(api, 'Payments'), PROVIDER_LATENCY_MS: '100' };
  const { model, remove } = await unprotectedFunction('payments', environment);
  const pool = createFunctionPool(model, { endpoint: api.endpoint, log: () => {} });
  const routes = [{ routeKey: 'POST /payments', target: pool }];
  const gateway = await startGateway({ port: 0, routes, log: () => {} });
  return {
    url: gateway.url,
    async close() {
      await gateway.close();
      await pool.close();
      await remove();
    },
  };
}
