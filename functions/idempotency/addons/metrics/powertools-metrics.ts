import type { OnEvent } from '../../protocol/event.ts';
import { measurementsOf } from './measurements.ts';

/** What is used of the Metrics utility of Powertools for AWS Lambda (TypeScript). */
export interface PowertoolsMetrics {
  addMetric(name: string, unit: 'Count' | 'Milliseconds', value: number): void;
}

/**
 * Gives the same metrics to Powertools' Metrics, with its namespace and dimensions; Powertools writes them when the invocation ends.
 *
 * @example
 * ```ts
 * const metrics = new Metrics({ namespace: 'shop', serviceName: 'payments' });
 * const pay = middy(charge).use(idempotencyKey({ onEvent: powertoolsMetrics(metrics) }));
 * const handler = middy(pay).use(logMetrics(metrics));
 * ```
 */
export const powertoolsMetrics =
  (metrics: PowertoolsMetrics): OnEvent =>
  (event) => {
    for (const { name, unit, value } of measurementsOf(event)) metrics.addMetric(name, unit, value);
  };
