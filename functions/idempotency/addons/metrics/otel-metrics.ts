import type { OnEvent } from '../../protocol/event.ts';
import { measurementsOf } from './measurements.ts';

/** What is used of OpenTelemetry's `Meter`. */
export interface OtelMeter {
  createCounter(
    name: string,
    options: { description: string },
  ): { add(value: number, attributes: Record<string, string>): void };
  createHistogram(
    name: string,
    options: { description: string; unit: string },
  ): { record(value: number, attributes: Record<string, string>): void };
}

/**
 * Gives the same metrics to OpenTelemetry: the counter `idempotency.outcomes`, and the histograms `idempotency.handler.duration` and
 * `idempotency.store.duration` in seconds, with the attributes `idempotency.outcome`, `idempotency.operation` and `idempotency.code`.
 *
 * @example
 * ```ts
 * idempotencyKey({ onEvent: otelMetrics(metrics.getMeter('payments')) });
 * ```
 */
export const otelMetrics = (meter: OtelMeter): OnEvent => {
  const outcomes = meter.createCounter('idempotency.outcomes', { description: 'What became of operations' });
  const duration = (name: string, description: string) =>
    meter.createHistogram(`idempotency.${name}.duration`, { description, unit: 's' });
  const times: Readonly<Record<string, ReturnType<typeof duration>>> = {
    HandlerTime: duration('handler', 'How long handlers ran'),
    StoreTime: duration('store', 'How long requests waited for the store'),
  };
  return (event) => {
    const { namespace, code } = event;
    const attributes = {
      ...(namespace !== undefined && { 'idempotency.operation': namespace }),
      ...(code !== undefined && { 'idempotency.code': code }),
    };
    for (const { name, value } of measurementsOf(event)) {
      const time = times[name];
      if (time) time.record(value / 1000, attributes);
      else outcomes.add(value, { ...attributes, 'idempotency.outcome': name });
    }
  };
};
