import {
  type Alarm,
  AlarmStatusWidget,
  GraphWidget,
  type IMetric,
  type IWidget,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { MonitoredMetrics } from './metrics.ts';

const half = { width: 12, height: 6 };

const graph = (title: string, left: IMetric[], label: string): IWidget =>
  new GraphWidget({ title, left, leftYAxis: { min: 0, label, showUnits: false }, ...half });

/** The dashboard, row by row: what was saved, what was refused, what went wrong, how long it took, what it costs. */
export const widgetsOf = (
  { count, countAll, refusals, time, table, throttled }: MonitoredMetrics,
  { alarms, runbooks }: { alarms: Alarm[]; runbooks: string },
): IWidget[][] => [
  [
    new TextWidget({
      markdown: `# Idempotency\nA duplicate saved is a request that got the first answer instead of a second effect. What to do about an alarm: ${runbooks}`,
      width: 12,
      height: 3,
    }),
    new SingleValueWidget({
      title: 'Since the start of the time range',
      metrics: [count('Executed', 'operations run'), count('Replayed', 'duplicates saved')],
      setPeriodToTimeRange: true,
      width: 12,
      height: 3,
    }),
  ],
  [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 2 })],
  [
    graph(
      'Requests, by what became of them',
      [
        count('Executed', 'run'),
        count('Replayed', 'duplicates saved'),
        countAll(['InProgress', 'Mismatch', 'TokenRefused', 'Refused'], 'refused'),
        count('StoreUnavailable', 'refused: store unavailable'),
      ],
      'requests a minute',
    ),
    graph(
      'Refusals, by reason',
      [
        count('InProgress', 'still running'),
        count('Mismatch', 'another payload'),
        count('TokenRefused', 'token used or unknown'),
        refusals('DUPLICATE', 'duplicate'),
        refusals('CONDITION_FAILED', 'condition failed'),
        refusals('ILLEGAL_ARGUMENT', 'no key, or a malformed one'),
        refusals('RESULT_UNAVAILABLE', 'answer not kept'),
      ],
      'requests a minute',
    ),
  ],
  [
    graph(
      'Runs that failed',
      [
        count('Released', 'failed and freed'),
        count('TakenOver', 'taken over after a crash'),
        count('Held', 'held: may still be running'),
        count('WritesDiscarded', 'writes dropped'),
        count('Undone', 'claims taken back'),
      ],
      'requests a minute',
    ),
    graph(
      'Needs attention',
      [
        count('OutcomeUnknown', 'outcome unknown'),
        count('CompletionFailed', 'answer not stored'),
        count('LeaseLost', 'lease lost'),
        count('StoreUnavailable', 'store unavailable'),
        count('ReleaseFailed', 'not freed'),
        count('ResultUnavailable', 'answer not kept'),
        count('CallbackFailed', 'callback failed'),
      ],
      'requests a minute',
    ),
  ],
  [
    graph('Time of handlers, half of them (p50)', time('HandlerTime', 'p50'), 'ms'),
    graph('Time of handlers, 99 of 100 (p99)', time('HandlerTime', 'p99'), 'ms'),
  ],
  [
    graph('Time of the store, half of the requests (p50)', time('StoreTime', 'p50'), 'ms'),
    graph('Time of the store, 99 of 100 (p99)', time('StoreTime', 'p99'), 'ms'),
  ],
  [
    graph(
      'Capacity',
      [table('ConsumedWriteCapacityUnits', 'write units'), table('ConsumedReadCapacityUnits', 'read units')],
      'units a minute',
    ),
    graph('Throttles', [throttled()], 'requests a minute'),
  ],
];
