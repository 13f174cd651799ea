import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { IdempotencyMonitoring, type IdempotencyMonitoringProps } from '../../infra/idempotency-monitoring.ts';
import { IdempotencyTable } from '../../infra/idempotency-table.ts';
import { synthesize } from './synthesize.ts';

const stackOf = (functions: number, props: Partial<IdempotencyMonitoringProps> = {}, onCall = false): Template =>
  synthesize((app) => {
    const stack = new Stack(app, 'Test');
    const { table } = new IdempotencyTable(stack, 'Idempotency');
    const all = Array.from(
      { length: functions },
      (_, index) =>
        new LambdaFunction(stack, `Pay${index}`, {
          runtime: Runtime.NODEJS_22_X,
          handler: 'index.handler',
          code: Code.fromInline('exports.handler = async () => undefined;'),
        }),
    );
    const alarmActions = onCall ? [new SnsAction(new Topic(stack, 'OnCall'))] : [];
    new IdempotencyMonitoring(stack, 'Monitoring', { functions: all, table, alarmActions, ...props });
    return stack;
  });

/** The dashboard as CloudWatch reads it, with references in place of names. */
const dashboardOf = (template: Template): { widgets: { properties: Record<string, unknown> }[] } => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = dashboard?.['Properties'].DashboardBody['Fn::Join'][1] as unknown[];
  return JSON.parse(
    body.map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replace(/["\\]/g, ''))).join(''),
  );
};

describe('IdempotencyMonitoring', () => {
  it('has an alarm for each danger, which adds up all functions, says what to do, and is quiet where nothing happens', () => {
    const template = stackOf(2, { runbooks: 'https://example.com/operations' }, true);
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    expect(alarms).toHaveLength(5);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        AlarmActions: [{ Ref: expect.stringContaining('OnCall') }],
        AlarmDescription: expect.stringMatching(/\. Runbook: https:\/\/example\.com\/operations#[a-z-]+$/),
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        DatapointsToAlarm: 1, // goes off at the first event in a minute …
        EvaluationPeriods: 5, // … and clears five minutes after the last
        Threshold: 1,
        TreatMissingData: 'notBreaching',
      });
      expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'FILL(leaseLost0, 0) + FILL(leaseLost1, 0)' }),
        Match.objectLike({
          Id: 'leaseLost1',
          MetricStat: Match.objectLike({
            Stat: 'Sum',
            Metric: {
              Namespace: 'MiddyIdempotency',
              MetricName: 'LeaseLost',
              Dimensions: [{ Name: 'FunctionName', Value: { Ref: Match.stringLikeRegexp('Pay1') } }],
            },
          }),
        }),
      ]),
    });
  });

  it('takes the namespace and the dimensions that emfMetrics was given', () => {
    stackOf(1, { namespace: 'Shop', dimensions: { Service: 'payments' } }).hasResourceProperties(
      'AWS::CloudWatch::Alarm',
      {
        Metrics: Match.arrayWith([
          Match.objectLike({
            MetricStat: Match.objectLike({
              Metric: {
                Namespace: 'Shop',
                MetricName: 'StoreUnavailable',
                Dimensions: [
                  { Name: 'FunctionName', Value: Match.anyValue() },
                  { Name: 'Service', Value: 'payments' },
                ],
              },
            }),
          }),
        ]),
      },
    );
  });

  it('has a dashboard of what was saved, what was refused, what went wrong, how long it took and what it costs', () => {
    const titles = dashboardOf(stackOf(3)).widgets.flatMap(({ properties }) => properties['title'] ?? []);
    expect(titles).toEqual([
      'Since the start of the time range',
      'Alarms',
      'Requests, by what became of them',
      'Refusals, by reason',
      'Runs that failed',
      'Needs attention',
      'Time of handlers, half of them (p50)',
      'Time of handlers, 99 of 100 (p99)',
      'Time of the store, half of the requests (p50)',
      'Time of the store, 99 of 100 (p99)',
      'Capacity',
      'Throttles',
    ]);
  });

  it.each([0, 11])('refuses %i functions', (functions) => {
    expect(() => stackOf(functions)).toThrow(`\`functions\` must be 1 to 10 functions, not ${functions}`);
  });
});
