import { hasMethods, isNonEmptyString, type OptionRule } from '../base/options.ts';
import type { ResultOverflow } from '../record/result-overflow.ts';
import type { ClientBinding, SdkClient } from './api/client-binding.ts';
import type { DynamoDBApi } from './api/dynamodb-api.ts';
import type { TableLayoutOptions } from './table-layout.ts';
import { openWarm, type WarmableOptions, warmableRules } from './warm-up.ts';

export interface TableOptions extends WarmableOptions {
  /**
   * The table's name.
   * @default the environment variable IDEMPOTENCY_TABLE
   */
  tableName?: string;
  /**
   * A client of your own, for other endpoints, retries, timeouts or tracing: one of the AWS SDK or a `leanClient()`; with
   * `middy-idempotency/lean` only a `leanClient()`.
   * @default one client per execution environment that gives up on a connection after 1 s and on an answer after 3 s
   */
  client?: SdkClient | DynamoDBApi;
  /**
   * Keeps results that do not fit an item (400 KB, compressed): `s3Overflow({ bucket })` of `middy-idempotency/s3`.
   * @default none: such a result is not kept, and a repeat is refused with `RESULT_UNAVAILABLE`
   */
  overflow?: ResultOverflow;
}

export interface DynamoDBStoreOptions extends TableOptions, TableLayoutOptions {}

export const tableRules = ({ rule }: ClientBinding) =>
  ({
    tableName: isNonEmptyString,
    client: rule,
    overflow: hasMethods('put', 'get'),
    ...warmableRules,
  }) as const satisfies Record<keyof TableOptions, OptionRule>;

/** Table, client and overflow, with their defaults. @throws {TypeError} when no table name is set */
export const resolveTable = (
  owner: string,
  { tableName = process.env['IDEMPOTENCY_TABLE'], client, overflow, ...warmable }: TableOptions,
  binding: ClientBinding,
): { tableName: string; client: DynamoDBApi; overflow: ResultOverflow | undefined; warmsUp: boolean } => {
  if (!tableName) {
    throw new TypeError(
      `${owner}: no table name is set. Set the environment variable IDEMPOTENCY_TABLE (\`IdempotencyTable.attach(fn)\` does) or pass \`tableName\`.`,
    );
  }
  return { tableName, client: openWarm(binding, client, warmable), overflow, warmsUp: warmable.warmUp ?? true };
};
