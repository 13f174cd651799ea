import { expect, it } from 'vitest';
import type { TableFacts } from '../../infra/operator/connection/table-facts.ts';
import { planScan } from '../../infra/operator/scan/estimate.ts';

const table: Omit<TableFacts, 'provisioned'> = {
  ...{ name: 'orders', partitionKey: 'id', sortKey: undefined },
  items: 1000,
  bytes: 8 * 1024 ** 2,
  infrequentAccess: false,
};

it.each([
  ['1,000 units per second of an on-demand table', undefined, {}, 1000],
  ['a quarter of a provisioned table’s capacity', 400, {}, 100],
  ['at least one', 2, {}, 1],
  ['as many as it is told', 400, { rate: 7 }, 7],
])('a scan takes %s', (_what, provisioned, options, unitsPerSecond) => {
  const plan = planScan({ ...table, provisioned }, options, 'eventual');
  expect(plan.unitsPerSecond).toBe(unitsPerSecond);
  expect(plan.seconds).toBe(plan.units / unitsPerSecond);
});
