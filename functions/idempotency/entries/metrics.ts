/**
 * Events as metrics.
 *
 * @module middy-idempotency/metrics
 */

export { type EmfMetricsOptions, emfMetrics } from '../addons/metrics/emf-metrics.ts';
export { type OtelMeter, otelMetrics } from '../addons/metrics/otel-metrics.ts';
export { type PowertoolsMetrics, powertoolsMetrics } from '../addons/metrics/powertools-metrics.ts';
