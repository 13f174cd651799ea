import type { DynamoDBApi } from '../../dynamodb/api/dynamodb-api.ts';
import type { Attributes } from '../attributes.ts';
import { guardPrefix, idPrefixOf } from '../guards/guard.ts';
import type { Table } from '../table/table.ts';
import { createAudit } from './audit.ts';
import type { GuardCursor, GuardFinding, GuardPage } from './finding.ts';

export interface PagesSettings {
  client: DynamoDBApi;
  table: Table;
  mend: boolean;
  startKey: GuardCursor | undefined;
  pageSize: number | undefined;
}

/** How many items are judged at the same time. */
const atATime = 20;

/** Goes through a table, and through that of its guards, page by page. */
export async function* auditPages({
  client,
  table,
  mend,
  startKey,
  pageSize,
}: PagesSettings): AsyncGenerator<GuardPage> {
  const { auditItem, auditGuard } = createAudit({ client, table, mend });
  const { tableName, partitionKey } = table.guards ?? table;

  const audit = async (scanned: string, item: Attributes): Promise<GuardFinding[]> => {
    const isOfTable = scanned === table.tableName;
    const id = item[isOfTable ? table.partitionKey : partitionKey]?.S ?? '';
    if (isOfTable) return id.startsWith(guardPrefix) ? auditGuard(scanned, item) : auditItem(item);
    return id.startsWith(idPrefixOf(table)) ? auditGuard(scanned, item) : [];
  };

  const tables = [...new Set([table.tableName, tableName])];
  let cursor: GuardCursor | undefined = startKey ?? { tableName: table.tableName, key: undefined };
  while (cursor) {
    const { tableName: scanned, key }: GuardCursor = cursor;
    const { Items = [], LastEvaluatedKey } = await client.scan({
      TableName: scanned,
      ConsistentRead: true,
      ...(key && { ExclusiveStartKey: key }),
      ...(pageSize && { Limit: pageSize }),
    });
    const findings: GuardFinding[] = [];
    for (let from = 0; from < Items.length; from += atATime) {
      const some = Items.slice(from, from + atATime);
      findings.push(...(await Promise.all(some.map((item) => audit(scanned, item)))).flat());
    }
    const next: string | undefined = tables[tables.indexOf(scanned) + 1];
    if (LastEvaluatedKey) cursor = { tableName: scanned, key: LastEvaluatedKey };
    else cursor = next === undefined ? undefined : { tableName: next, key: undefined };
    yield { scanned: Items.length, findings, startKey: cursor };
  }
}
