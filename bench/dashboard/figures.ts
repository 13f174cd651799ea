import type { Sample } from './emf-samples.ts';
import type { Line, StoredMetric } from './read-dashboard.ts';

/** One value a period; `undefined` where CloudWatch has no data. */
export type Series = (number | undefined)[];

export interface Span {
  startMs: number;
  periodMs: number;
  periods: number;
}

/** Metrics are the same in CloudWatch if namespace, name and the whole set of dimensions are. */
export const metricId = ({ namespace, name, dimensions }: Omit<StoredMetric, 'statistic'>): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);

const statistic = (name: string, values: readonly number[]): number => {
  if (name === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  const percentile = Number(/^p(\d+)$/.exec(name)?.[1]);
  if (Number.isNaN(percentile)) throw new Error(`The statistic ${name} is not known here.`);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((percentile / 100) * sorted.length) - 1] ?? Number.NaN;
};

/** Evaluates the lines of a dashboard from samples, as CloudWatch does. */
export const createFigures = (samples: readonly Sample[], { startMs, periodMs, periods }: Span) => {
  const byMetric = Map.groupBy(samples, metricId);

  const stored = (metric: StoredMetric): Series => {
    const found = Map.groupBy(byMetric.get(metricId(metric)) ?? [], ({ atMs }) =>
      Math.floor((atMs - startMs) / periodMs),
    );
    return Array.from({ length: periods }, (_, period) => {
      const values = found.get(period);
      return (
        values &&
        statistic(
          metric.statistic,
          values.map(({ value }) => value),
        )
      );
    });
  };

  return (line: Line): Series => {
    if ('metric' in line) return stored(line.metric);
    const terms = line.expression.split(' + ').map((term) => {
      const id = /^FILL\((\w+), 0\)$/.exec(term)?.[1];
      const metric = id === undefined ? undefined : line.inputs[id];
      if (!metric) throw new Error(`${line.label}: the formula ${line.expression} is not known here.`);
      return stored(metric);
    });
    return Array.from({ length: periods }, (_, period) => terms.reduce((sum, term) => sum + (term[period] ?? 0), 0));
  };
};
