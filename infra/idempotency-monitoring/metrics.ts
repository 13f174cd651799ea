import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../functions/idempotency/addons/metrics/measurements.ts';
import type { IdempotencyErrorCode } from '../../functions/idempotency/base/error.ts';
import type { AnyFunction } from '../idempotency-table/any-function.ts';
import type { AnyTable } from '../idempotency-table/any-table.ts';

export interface MetricSource {
  readonly functions: readonly AnyFunction[];
  readonly table: AnyTable;
  readonly namespace?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

export interface MonitoredMetrics {
  /** How often something has happened, all functions together. */
  count(name: MetricName, label?: string): IMetric;
  /** How often one of several things has happened, all functions together. */
  countAll(names: readonly MetricName[], label: string): IMetric;
  /** How often requests were refused with this code, all functions together. */
  refusals(code: IdempotencyErrorCode, label: string): IMetric;
  /** A time in milliseconds, of each function. */
  time(name: 'HandlerTime' | 'StoreTime', statistic: string): IMetric[];
  /** Of the table, in a minute. */
  table(name: string, label: string): IMetric;
  throttled(): IMetric;
}

export const metricsOf = ({
  functions,
  table,
  namespace = 'MiddyIdempotency',
  dimensions = {},
}: MetricSource): MonitoredMetrics => {
  const period = Duration.minutes(1);
  const of = (
    metricName: MetricName,
    fn: AnyFunction,
    { statistic = 'Sum', label, more }: { statistic?: string; label?: string; more?: Record<string, string> } = {},
  ): Metric =>
    new Metric({
      namespace,
      metricName,
      dimensionsMap: { ...dimensions, FunctionName: fn.functionName, ...more },
      statistic,
      period,
      ...(label !== undefined && { label }),
    });

  /** Ids are names of metrics, and codes, since they must be unique in a graph. */
  const sum = (label: string, metrics: readonly Metric[]): IMetric => {
    const usingMetrics = Object.fromEntries(
      metrics.map((metric, index) => {
        const { Code = '' } = metric.dimensions as Record<string, string>;
        return [`${metric.metricName.replace(/^./, (first) => first.toLowerCase())}${Code}${index}`, metric];
      }),
    );
    const terms = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
    return new MathExpression({ label, period, expression: terms.join(' + '), usingMetrics });
  };

  const ofTable = (metricName: string, label: string): Metric =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.tableName },
      statistic: 'Sum',
      period,
      label,
    });

  return {
    count: (name, label = name) =>
      sum(
        label,
        functions.map((fn) => of(name, fn)),
      ),
    countAll: (names, label) =>
      sum(
        label,
        names.flatMap((name) => functions.map((fn) => of(name, fn))),
      ),
    refusals: (code, label) =>
      sum(
        label,
        functions.map((fn) => of('Refused', fn, { more: { Code: code } })),
      ),
    time: (name, statistic) => functions.map((fn) => of(name, fn, { statistic, label: fn.node.id })),
    table: ofTable,
    throttled: () =>
      sum('throttled', [ofTable('ReadThrottleEvents', 'reads'), ofTable('WriteThrottleEvents', 'writes')]),
  };
};
