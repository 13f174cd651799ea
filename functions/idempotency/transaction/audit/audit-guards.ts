import { checkOptions, isIntegerBetween, type OptionsOf, option } from '../../base/options.ts';
import type { ClientBinding, SdkClient } from '../../dynamodb/api/client-binding.ts';
import type { DynamoDBApi } from '../../dynamodb/api/dynamodb-api.ts';
import { checkTable } from '../table/check-table.ts';
import { constraintsOf, type Table } from '../table/table.ts';
import type { GuardCursor, GuardPage } from './finding.ts';
import { auditPages } from './pages.ts';

const auditOptions = {
  /**
   * Goes on after the page that gave it.
   * @default the beginning
   */
  startKey: option<GuardCursor>({
    is: (value) => typeof (value as GuardCursor).tableName === 'string',
    expected: 'the `startKey` of a page',
  }),
  /**
   * How many items a page has at the most.
   * @default as many as DynamoDB reads at once, 1 MB
   */
  pageSize: option<number>(isIntegerBetween(1, 1000)),
};

export interface AuditGuardsOptions extends OptionsOf<typeof auditOptions> {
  /** @default one client per execution environment, see `dynamoDBStore` */
  client?: SdkClient | DynamoDBApi;
}

export interface AuditGuards {
  (table: Table, options?: AuditGuardsOptions): AsyncGenerator<GuardPage>;
}

const auditOn =
  (name: string, mend: boolean) =>
  (binding: ClientBinding): AuditGuards =>
  (table, { client, ...options } = {}) => {
    checkTable(name, table);
    checkOptions(name, { client, ...options }, { client: binding.rule, ...auditOptions });
    if (constraintsOf(table).length === 0) {
      throw new TypeError(`${name}: table "${table.tableName}" declares nothing \`unique\`, so that it has no guards.`);
    }
    const { startKey, pageSize } = options;
    return auditPages({ client: binding.open(client), table, mend, startKey, pageSize });
  };

export const checkGuardsOn = auditOn('checkGuards', false);
export const backfillGuardsOn = auditOn('backfillGuards', true);
