/**
 * Constructs: the table with its grants, the dashboard with its alarms.
 *
 * @module middy-idempotency/cdk
 */

export { IdempotencyMonitoring, type IdempotencyMonitoringProps } from './idempotency-monitoring.ts';
export {
  type AnyFunction,
  type AnyTable,
  type AttachArguments,
  type AttachOptions,
  type ExistingTableOptions,
  IdempotencyTable,
  type IdempotencyTableProps,
  type IIdempotencyTable,
  type Use,
} from './idempotency-table.ts';
