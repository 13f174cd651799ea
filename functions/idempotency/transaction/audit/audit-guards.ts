import { checkOptions, isIntegerBetween, type OptionsOf, option } from '../../base/options.ts';
import type { ClientBinding, SdkClient } from '../../dynamodb/api/client-binding.ts';
import type { DynamoDBApi } from '../../dynamodb/api/dynamodb-api.ts';
import { checkTable } from '../table/check-table.ts';
import { constraintsOf, type Table } from '../table/table.ts';
import type { GuardCursor, GuardPage } from './finding.ts';
import { auditPages } from './pages.ts';

const auditOptions = {
  /**
   * Continues after the page that returned this key.
   * @default the beginning
   */
  startKey: option<GuardCursor>({
    is: (value) => typeof (value as GuardCursor).tableName === 'string',
    expected: 'the `startKey` of a page',
  }),
  /**
   * How many items a page has at most.
   * @default as many as DynamoDB reads at once, 1 MB
   */
  pageSize: option<number>(isIntegerBetween(1, 1000)),
};

export interface AuditGuardsOptions extends OptionsOf<typeof auditOptions> {
  /** @default one client per execution environment, see `dynamoDBStore` */
  client?: SdkClient | DynamoDBApi;
}

export interface CheckGuards {
  /**
   * Scans a table for items without guards, values that two items have, and guards without an item. Writes nothing. Each finding was true
   * at one moment, even if others write meanwhile.
   *
   * @example
   * ```ts
   * for await (const { findings } of checkGuards(users)) for (const finding of findings) console.warn(finding);
   * ```
   * @throws {TypeError} when the table declares no unique constraint, or an option is unknown or wrong
   * @throws {Error} of the client, when DynamoDB can't be read
   */
  (table: Table, options?: AuditGuardsOptions): AsyncGenerator<GuardPage>;
}

export interface BackfillGuards {
  /**
   * Does what `checkGuards` does, and also writes missing guards and deletes those whose items are gone, each in a transaction that checks
   * the item. So a table that is older than its constraint gets its guards, while others write. A value that two items have is only
   * reported: you must decide.
   *
   * @example
   * ```ts
   * for await (const { findings, startKey } of backfillGuards(users)) {
   *   await save(startKey); // to go on from here with the option `startKey`, should it be interrupted
   *   for (const { problem, key, holder } of findings) if (problem === 'value of two items') console.warn(key, holder);
   * }
   * ```
   * @throws {TypeError} when the table declares no unique constraint, or an option is unknown or wrong
   * @throws {Error} when DynamoDB can't be read, or a transaction fails for 30 seconds
   */
  (table: Table, options?: AuditGuardsOptions): AsyncGenerator<GuardPage>;
}

const auditOn =
  (name: string, mend: boolean) =>
  (binding: ClientBinding): CheckGuards & BackfillGuards =>
  (table, { client, ...options } = {}) => {
    checkTable(name, table);
    checkOptions(name, { client, ...options }, { client: binding.rule, ...auditOptions });
    if (constraintsOf(table).length === 0) {
      throw new TypeError(
        `${name}: table "${table.tableName}" declares no \`unique\` constraint, so it has no guards.`,
      );
    }
    const { startKey, pageSize } = options;
    return auditPages({ client: binding.open(client), table, mend, startKey, pageSize });
  };

export const checkGuardsOn: (binding: ClientBinding) => CheckGuards = auditOn('checkGuards', false);
export const backfillGuardsOn: (binding: ClientBinding) => BackfillGuards = auditOn('backfillGuards', true);
