import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emfSamples, type Sample } from '../../bench/dashboard/emf-samples.ts';
import { createFigures, metricId } from '../../bench/dashboard/figures.ts';
import { type Line, readAlarms, readDashboard, type StoredMetric } from '../../bench/dashboard/read-dashboard.ts';
import { measurementsOf } from '../../functions/idempotency/addons/metrics/measurements.ts';
import { type IdempotencyErrorCode, statusCodes } from '../../functions/idempotency/base/error.ts';
import { emfMetrics } from '../../functions/idempotency/entries/metrics.ts';
import {
  type IdempotencyEventType,
  type NormalEventType,
  type TroubleEventType,
  troubles,
} from '../../functions/idempotency/protocol/event.ts';
import type { Resources } from '../../infra/local/cloud-assembly.ts';
import { PaymentApiStack } from '../../infra/stack.ts';
import { synthesize } from './synthesize.ts';

const resources = synthesize((app) => new PaymentApiStack(app, 'PaymentApi')).toJSON()['Resources'] as Resources;
const widgets = readDashboard(resources);
const alarms = readAlarms(resources);
const lines = widgets.flatMap((widget) => ('lines' in widget ? widget.lines : []));

const metricsOf = (line: Line): StoredMetric[] => ('metric' in line ? [line.metric] : Object.values(line.inputs));
const watched = [...lines, ...alarms.map(({ line }) => line)].flatMap(metricsOf);

const normal: Record<NormalEventType, true> = {
  claimed: true,
  replayed: true,
  completed: true,
  released: true,
  undone: true,
  held: true,
  'in-progress': true,
  mismatch: true,
  refused: true,
  'token-consumed': true,
  finished: true,
  'token-refused': true,
  committed: true,
  'writes-discarded': true,
};
const types = [...Object.keys(normal), ...Object.keys(troubles)] as IdempotencyEventType[];
const codes = Object.keys(statusCodes) as IdempotencyErrorCode[];

const written: string[] = [];
beforeEach(() => {
  written.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** All that `emfMetrics` can write in these functions. */
const samplesOf = (functions: readonly string[]): Sample[] => {
  const tell = emfMetrics();
  for (const name of functions) {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', name);
    const took = { tookOver: { owner: 'o', requestId: 'r', claimedAtMs: 1 } };
    for (const type of types) {
      for (const code of codes) {
        tell({ type, severity: 'normal', namespace: 'pay', code, handlerMs: 1, storeMs: 1, ...took } as never);
      }
    }
  }
  return written.flatMap((text) => emfSamples(text.trim()));
};

const functionNames = [...new Set(watched.flatMap(({ dimensions }) => dimensions['FunctionName'] ?? []))];

describe('the dashboard and the alarms of the example', () => {
  it('G241: watch only metrics that emfMetrics writes, by the same dimensions', () => {
    expect(functionNames).toHaveLength(5);
    for (const name of functionNames) expect(resources[name]?.Type).toBe('AWS::Lambda::Function');
    const known = new Set(samplesOf(functionNames).map(metricId));
    const own = watched.filter(({ namespace }) => namespace === 'MiddyIdempotency').map(metricId);
    expect(own.length).toBeGreaterThan(100);
    expect(own.filter((id) => !known.has(id))).toEqual([]);
  });

  it('G241: show every kind of trouble that is counted, and every time that is measured', () => {
    const shown = new Set(lines.flatMap(metricsOf).map(({ name }) => name));
    const troubled = Object.keys(troubles) as TroubleEventType[];
    const counted = troubled.flatMap((type) => measurementsOf({ type, severity: 'trouble', handlerMs: 1, storeMs: 1 }));
    expect(counted.length).toBeGreaterThan(20);
    for (const { name } of counted) expect(shown).toContain(name);
  });

  it('of DynamoDB watch what it tells of a table, of the table of records', () => {
    const ofTable = watched.filter(({ namespace }) => namespace !== 'MiddyIdempotency');
    const [table] = Object.keys(resources).filter((id) => id.startsWith('IdempotencyTable'));
    expect([...new Set(ofTable.map(({ name }) => name))].sort()).toEqual([
      'ConsumedReadCapacityUnits',
      'ConsumedWriteCapacityUnits',
      'ReadThrottleEvents',
      'WriteThrottleEvents',
    ]);
    for (const { namespace, dimensions, statistic } of ofTable) {
      expect([namespace, dimensions, statistic]).toEqual(['AWS/DynamoDB', { TableName: table }, 'Sum']);
    }
  });

  it('are as docs/pictures/dashboard.svg shows them (npm run pictures:dashboard makes a new one)', () => {
    const picture = readFileSync(join(import.meta.dirname, '../../docs/pictures/dashboard.svg'), 'utf8');
    const titles = widgets.flatMap((widget) => ('title' in widget ? [widget.title] : []));
    const labels = lines.map(({ label }) => label);
    for (const text of [...titles, ...labels, ...alarms.map(({ name }) => name)])
      expect(picture).toContain(`>${text}<`);
  });
});

describe('figures', () => {
  const sample = (FunctionName: string, atMs: number, value: number): Sample => ({
    namespace: 'N',
    name: 'Ms',
    dimensions: { FunctionName },
    atMs,
    value,
  });
  const metric = (FunctionName: string, statistic: string): StoredMetric => ({
    namespace: 'N',
    name: 'Ms',
    dimensions: { FunctionName },
    statistic,
  });
  const figures = createFigures(
    [sample('a', 0, 1), sample('a', 59, 3), sample('a', 130, 5), sample('b', 60, 7), sample('b', 200, 9)],
    { startMs: 0, periodMs: 60, periods: 3 },
  );

  it('are sums and percentiles of each period, and nothing where there is no data', () => {
    expect(figures({ label: '', metric: metric('a', 'Sum') })).toEqual([4, undefined, 5]);
    expect(figures({ label: '', metric: metric('a', 'p50') })).toEqual([1, undefined, 5]);
    expect(figures({ label: '', metric: metric('a', 'p99') })).toEqual([3, undefined, 5]);
  });

  it('of a formula count what is missing as 0', () => {
    const inputs = { a: metric('a', 'Sum'), b: metric('b', 'Sum') };
    expect(figures({ label: '', expression: 'FILL(a, 0) + FILL(b, 0)', inputs })).toEqual([4, 7, 5]);
    expect(() => figures({ label: 'x', expression: 'a / b', inputs })).toThrow('x: the formula a / b is not known');
  });
});
