import type { IdempotencyEvent, IdempotencyEventType } from '../../protocol/event.ts';

/** A number for a metric. */
export interface Measurement {
  name: MetricName;
  unit: 'Count' | 'Milliseconds';
  value: number;
}

/** Every metric there is. */
export type MetricName =
  | 'Executed'
  | 'Replayed'
  | 'InProgress'
  | 'Mismatch'
  | 'Refused'
  | 'TokenConsumed'
  | 'TokenRefused'
  | 'TakenOver'
  | 'Released'
  | 'Held'
  | 'Undone'
  | 'WritesDiscarded'
  | 'ResultUnavailable'
  | 'OutcomeUnknown'
  | 'CallbackFailed'
  | 'LeaseLost'
  | 'CompletionFailed'
  | 'ReleaseFailed'
  | 'StoreUnavailable'
  | 'HandlerTime'
  | 'StoreTime';

/** What an event counts besides the run that it ends; those that are not listed count nothing else. */
const counters: Partial<Record<IdempotencyEventType, MetricName>> = {
  replayed: 'Replayed',
  'in-progress': 'InProgress',
  mismatch: 'Mismatch',
  refused: 'Refused',
  'token-consumed': 'TokenConsumed',
  'token-refused': 'TokenRefused',
  released: 'Released',
  held: 'Held',
  undone: 'Undone',
  'writes-discarded': 'WritesDiscarded',
  doubted: 'OutcomeUnknown',
  'outcome-unknown': 'OutcomeUnknown',
  'result-unavailable': 'ResultUnavailable',
  'callback-failed': 'CallbackFailed',
  'lease-lost': 'LeaseLost',
  'completion-failed': 'CompletionFailed',
  'release-failed': 'ReleaseFailed',
  'store-unavailable': 'StoreUnavailable',
};

const count = (name: MetricName): Measurement => ({ name, unit: 'Count', value: 1 });

/** What there is to measure of an event. A run counts when it ends, so that one event of a request tells all of it. */
export const measurementsOf = ({ type, tookOver, handlerMs, storeMs }: IdempotencyEvent): Measurement[] => {
  if (type === 'claimed') return tookOver ? [count('TakenOver')] : [];
  const counter = counters[type];
  return [
    ...(handlerMs === undefined ? [] : [count('Executed')]),
    ...(counter === undefined ? [] : [count(counter)]),
    ...(handlerMs === undefined ? [] : [{ name: 'HandlerTime', unit: 'Milliseconds', value: handlerMs } as const]),
    ...(storeMs === undefined ? [] : [{ name: 'StoreTime', unit: 'Milliseconds', value: storeMs } as const]),
  ];
};
