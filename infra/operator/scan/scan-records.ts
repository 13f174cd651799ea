import type { ScanInput } from '@aws-sdk/client-dynamodb';
import type { DynamoDBApi } from '../../../functions/idempotency/dynamodb/api/dynamodb-api.ts';
import type { Attributes } from '../../../functions/idempotency/dynamodb/attributes.ts';
import type { RecordFormat } from '../../../functions/idempotency/dynamodb/record-format.ts';
import { attributeNames } from '../connection/layout.ts';
import type { TableFacts } from '../connection/table-facts.ts';
import type { Output } from '../output/output.ts';
import type { Search } from '../records/search.ts';
import type { Seen } from '../records/seen.ts';
import { estimateText, planScan, type ScanOptions, type ScanPlan } from './estimate.ts';
import { showProgress } from './progress.ts';
import type { RecordScan, ScanEnd } from './record-scan.ts';
import { scanTable } from './scan.ts';

/** Everything but the answer, which may be large, and is nobody's business. */
const projected = attributeNames.filter((name) => name !== 'result').map((name) => `#${name}`);

/** A table with records. */
export interface ScannedTable {
  api: DynamoDBApi;
  facts: TableFacts;
  format: RecordFormat;
  /** The record that an item is, or `undefined` for what else lies in the table. */
  recordOf(item: Attributes): Seen | undefined;
  signal: AbortSignal;
}

const inputOf = ({ format, facts }: ScannedTable, { filter, values = {} }: Search): ScanInput => {
  const keys = { '#partitionKey': facts.partitionKey, ...(facts.sortKey && { '#sortKey': facts.sortKey }) };
  const expressed = format.express({
    UpdateExpression: projected.join(),
    ...(filter && { ConditionExpression: filter }),
  });
  return {
    TableName: facts.name,
    ProjectionExpression: `${Object.keys(keys).join()},${expressed.UpdateExpression}`,
    ExpressionAttributeNames: { ...expressed.ExpressionAttributeNames, ...keys },
    ...(expressed.ConditionExpression && { FilterExpression: expressed.ConditionExpression }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
};

/** Says what a scan will cost. */
const announce = (table: ScannedTable, options: ScanOptions, output: Output): ScanPlan => {
  const plan = planScan(table.facts, options, 'eventual');
  output.note(estimateText(table.facts.name, plan));
  return plan;
};

/** Says what a scan would cost, and does nothing else. */
export const estimate = (table: ScannedTable, options: ScanOptions, output: Output): 'done' => {
  const plan = announce(table, options, output);
  if (output.isJson) output.json({ estimate: plan });
  return 'done';
};

/** Looks at every record of the table, and says beforehand what that costs. */
export const scanRecords = async (table: ScannedTable, scan: RecordScan, output: Output): Promise<ScanEnd> => {
  const plan = announce(table, scan.options, output);
  const progress = showProgress(plan, output);
  try {
    return await scanTable({
      api: table.api,
      input: inputOf(table, scan.search),
      plan,
      signal: table.signal,
      onPage: (items, totals) => {
        progress.update(totals);
        return items.every((item) => {
          const seen = table.recordOf(item);
          const isMatch = seen !== undefined && (scan.search.matches?.(seen) ?? true);
          return !isMatch || scan.onRecord(seen);
        });
      },
    });
  } finally {
    progress.stop();
  }
};
