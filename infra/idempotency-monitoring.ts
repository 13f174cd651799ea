import { type Alarm, Dashboard, type IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { createAlarms } from './idempotency-monitoring/alarms.ts';
import { metricsOf } from './idempotency-monitoring/metrics.ts';
import { widgetsOf } from './idempotency-monitoring/widgets.ts';
import type { AnyFunction } from './idempotency-table/any-function.ts';
import type { AnyTable } from './idempotency-table/any-table.ts';

export interface IdempotencyMonitoringProps {
  /** The functions whose handlers pass `onEvent: emfMetrics()`: 1 to 10, which is what an alarm can add up. */
  readonly functions: readonly AnyFunction[];
  /** The table that holds the records. */
  readonly table: AnyTable;
  /**
   * The namespace of the metrics, as given to `emfMetrics`.
   * @default 'MiddyIdempotency'
   */
  readonly namespace?: string;
  /**
   * The dimensions given to `emfMetrics`, the same for all functions.
   * @default none
   */
  readonly dimensions?: Readonly<Record<string, string>>;
  /**
   * What happens when an alarm goes off, for instance `new SnsAction(topic)`.
   * @default nothing: the alarm changes its state
   */
  readonly alarmActions?: readonly IAlarmAction[];
  /**
   * Where docs/operations.md can be read, for the links in alarms and dashboard.
   * @default 'docs/operations.md'
   */
  readonly runbooks?: string;
}

const maxFunctions = 10;

/**
 * A dashboard of the library's metrics, and an alarm for each danger: a completion that could not be stored, a lost lease, an unavailable
 * store, an unknown outcome, a throttled table. The description of each alarm says what to do first.
 *
 * The metrics are those of `emfMetrics`, of `middy-idempotency/metrics`: without it nothing is counted, and no alarm goes off.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html | Using metric math}: an alarm takes at
 * most ten metrics
 *
 * @example
 * ```ts
 * const records = new IdempotencyTable(this, 'Idempotency').attach(pay);
 * new IdempotencyMonitoring(this, 'Monitoring', { functions: [pay], table: records.table, alarmActions: [new SnsAction(onCall)] });
 * ```
 */
export class IdempotencyMonitoring extends Construct {
  readonly dashboard: Dashboard;
  /** The alarms, by the metric that they watch: `CompletionFailed`, `LeaseLost`, `StoreUnavailable`, `OutcomeUnknown`, `Throttled`. */
  readonly alarms: Readonly<Record<string, Alarm>>;

  /**
   * @param scope - The parent construct.
   * @param id - The construct's id, unique in its scope.
   * @param props - What is watched.
   * @throws Error if there are no functions, or more than ten.
   */
  constructor(scope: Construct, id: string, props: IdempotencyMonitoringProps) {
    super(scope, id);
    const { functions, runbooks = 'docs/operations.md' } = props;
    if (functions.length === 0 || functions.length > maxFunctions) {
      throw new Error(
        `IdempotencyMonitoring: \`functions\` must be 1 to ${maxFunctions} functions, not ${functions.length}: CloudWatch adds up no more in ` +
          'one alarm. Make one IdempotencyMonitoring per service.',
      );
    }
    const metrics = metricsOf(props);
    this.alarms = createAlarms(this, metrics, { runbooks, actions: props.alarmActions ?? [] });
    this.dashboard = new Dashboard(this, 'Dashboard', {
      widgets: widgetsOf(metrics, { alarms: Object.values(this.alarms), runbooks }),
    });
  }
}
