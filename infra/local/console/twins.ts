import { unprotectedFunction } from '../demo/unprotected-function.ts';
import type { FunctionPool } from '../function-pool.ts';
import type { GatewayRoute } from '../gateway.ts';
import type { FunctionModel } from '../model.ts';
import { unprotectedRoutes } from './arrival-of.ts';
import type { TableNames } from './store-call.ts';

/** The unprotected twins of the example's functions, which no stack has. */
export async function startTwins(
  { Payments = '', Orders = '', Stock = '' }: TableNames,
  poolOf: (model: FunctionModel) => FunctionPool,
): Promise<{ routes: GatewayRoute[]; close(): Promise<void> }> {
  const functions = await Promise.all([
    unprotectedFunction('payments', { PAYMENTS_TABLE: Payments, PROVIDER_LATENCY_MS: '100' }),
    unprotectedFunction('orders', { ORDERS_TABLE: Orders, STOCK_TABLE: Stock }),
  ]);
  const [payments, orders] = functions.map(({ model }) => poolOf(model)) as [FunctionPool, FunctionPool];
  return {
    routes: [
      { routeKey: unprotectedRoutes.payments, target: payments },
      { routeKey: unprotectedRoutes.orders, target: orders },
    ],
    async close() {
      await Promise.all([payments.close(), orders.close()]);
      await Promise.all(functions.map(({ remove }) => remove()));
    },
  };
}
