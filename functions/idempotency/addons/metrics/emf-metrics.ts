import { checkOptions, type OptionRule } from '../../base/options.ts';
import type { IdempotencyEvent, OnEvent } from '../../protocol/event.ts';
import { type MetricName, measurementsOf } from './measurements.ts';

export interface EmfMetricsOptions {
  /**
   * The namespace of the metrics in CloudWatch.
   * @default 'MiddyIdempotency'
   */
  namespace?: string;
  /** Dimensions of your own, the same for every metric, for instance `{ Service: 'payments', Stage: 'prod' }`: at most 20. */
  dimensions?: Readonly<Record<string, string>>;
}

export const defaultMetricsNamespace = 'MiddyIdempotency';

const ownDimensions = ['FunctionName', 'Operation', 'Code'];

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
const isMetricsNamespace: OptionRule = {
  is: (value) => typeof value === 'string' && /^[\w.\-/#: ]{1,255}$/.test(value) && !value.startsWith('AWS/'),
  expected: 'a string of 1 to 255 characters of A-Z a-z 0-9 . - _ / # : and space, that does not start with AWS/',
};

const isDimensions: OptionRule = {
  is: (value) =>
    typeof value === 'object' &&
    Object.keys(value).length <= 20 &&
    Object.entries(value).every(
      ([name, text]) =>
        /^[^:\s][\x20-\x7e]{0,249}$/.test(name) && !ownDimensions.includes(name) && /^[\x20-\x7e]{1,1024}$/.test(text),
    ),
  expected: `an object of at most 20 names and texts in ASCII, without ${ownDimensions.join(', ')}`,
};

/** CloudWatch takes nothing else as the value of a dimension. */
const asDimension = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1024);

/**
 * Makes metrics of all events, in CloudWatch's Embedded Metric Format: one line of JSON on stdout, which CloudWatch turns into metrics,
 * without an API call. Each line is also a log entry with the record's id, owner, request id and attempt, but never the key, token, payload
 * or caller.
 *
 * The dimensions of every metric are function, and function with operation; `Refused` also has its code.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @throws {TypeError} at load, when an option is unknown or wrong
 *
 * @example
 * ```ts
 * idempotencyKey({ onEvent: emfMetrics({ dimensions: { Service: 'payments' } }) });
 * ```
 */
export const emfMetrics = (options: EmfMetricsOptions = {}): OnEvent => {
  checkOptions('emfMetrics', options, { namespace: isMetricsNamespace, dimensions: isDimensions });
  const { namespace = defaultMetricsNamespace, dimensions = {} } = options;
  const fixed = Object.keys(dimensions);

  const directive = (names: readonly string[][], metrics: readonly { Name: string; Unit: string }[]) => ({
    Namespace: namespace,
    Dimensions: names.map((more) => [...fixed, ...more]),
    Metrics: metrics,
  });

  return (event: IdempotencyEvent): void => {
    const measurements = measurementsOf(event);
    if (measurements.length === 0) return;
    const { type, severity, id, namespace: operation, owner, requestId, attempt, previous, code } = event;
    const metrics = measurements.map(({ name, unit }) => ({ Name: name, Unit: unit }));
    const byOperation = operation === undefined ? [] : [['FunctionName', 'Operation']];
    const directives = [directive([['FunctionName'], ...byOperation], metrics)];
    const refused = metrics.filter(({ Name }) => Name === ('Refused' satisfies MetricName));
    if (code !== undefined && refused.length > 0) directives.push(directive([['FunctionName', 'Code']], refused));
    const entry = {
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: directives },
      ...dimensions,
      FunctionName: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'local',
      ...(operation !== undefined && { Operation: asDimension(operation) }),
      ...(code !== undefined && { Code: code }),
      ...Object.fromEntries(measurements.map(({ name, value }) => [name, value])),
      event: type,
      severity,
      recordId: id,
      owner,
      requestId,
      attempt,
      previous,
    };
    // Not by `console.log`: where Lambda is set to log JSON, that would be wrapped in an entry, and CloudWatch would find no metrics.
    process.stdout.write(`${JSON.stringify(entry)}\n`);
  };
};
