import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MonitoredMetrics } from './metrics.ts';

interface Danger {
  metric: (metrics: MonitoredMetrics) => IMetric;
  /** What has happened, and what to do first. */
  says: string;
  runbook: string;
}

export const dangers: Readonly<Record<string, Danger>> = {
  CompletionFailed: {
    metric: ({ count }) => count('CompletionFailed'),
    says:
      'A handler has run, but its answer could not be stored: when its lease ends, the next request runs it again. ' +
      'Find the record by the id in the warning `completion-failed`, check whether the effect is there, and complete the record with the answer.',
    runbook: 'a-stuck-key',
  },
  LeaseLost: {
    metric: ({ count }) => count('LeaseLost'),
    says:
      'An invocation outlived its lease and another one took over: the handler may have had its effect twice. ' +
      'Compare the effects of both owners in the warning `lease-lost`, undo one, and make the lease longer than the longest run.',
    runbook: 'a-lost-lease',
  },
  StoreUnavailable: {
    metric: ({ count }) => count('StoreUnavailable'),
    says:
      'Requests are refused with 503 because the table does not answer. ' +
      'Look at the error in the warning `store-unavailable`: permissions, the name of the table, throttling, network, or an outage of DynamoDB.',
    runbook: 'the-store-is-unavailable',
  },
  OutcomeUnknown: {
    metric: ({ count }) => count('OutcomeUnknown'),
    says:
      'Nobody knows whether an operation was done, and its key is refused until somebody has looked. ' +
      'Find out by the record in the warning `outcome-unknown`, then release or complete it.',
    runbook: 'an-unknown-outcome',
  },
  Throttled: {
    metric: ({ throttled }) => throttled(),
    says:
      'DynamoDB throttles the table of records: requests wait, and are refused with 503 when their time is up. ' +
      'Look for one hot key (a client that retries without waiting) before you raise the table’s maximum throughput.',
    runbook: 'a-throttled-table',
  },
};

export const createAlarms = (
  scope: Construct,
  metrics: MonitoredMetrics,
  { runbooks, actions }: { runbooks: string; actions: readonly IAlarmAction[] },
): Record<string, Alarm> =>
  Object.fromEntries(
    Object.entries(dangers).map(([name, { metric, says, runbook }]) => {
      const alarm = new Alarm(scope, name, {
        metric: metric(metrics),
        threshold: 1,
        evaluationPeriods: 5,
        datapointsToAlarm: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // No event, no metric: silence is the normal state.
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: `${says} Runbook: ${runbooks}#${runbook}`,
      });
      alarm.addAlarmAction(...actions);
      return [name, alarm];
    }),
  );
