import type { ScanInput } from '@aws-sdk/client-dynamodb';
import { attributeNames } from '../connection/layout.ts';
import type { Session } from '../connection/session.ts';
import type { Output } from '../output/output.ts';
import type { Search } from '../records/search.ts';
import type { Seen } from '../records/seen.ts';
import { estimateText, planScan, type ScanOptions, type ScanPlan } from './estimate.ts';
import { showProgress } from './progress.ts';
import { type ScanEnd, scanTable } from './scan.ts';

/** Everything but the answer, which may be large, and is nobody's business. */
const projected = attributeNames.filter((name) => name !== 'result').map((name) => `#${name}`);

const inputOf = ({ format, facts }: Session, { filter, values = {} }: Search): ScanInput => {
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

export interface RecordScan {
  search: Search;
  options: ScanOptions;
  /** Told of each record that matches; `false` when enough was found. */
  onRecord(seen: Seen): boolean;
}

/** Says what a scan will cost. */
const announce = (session: Session, options: ScanOptions, output: Output): ScanPlan => {
  const plan = planScan(session.facts, options, 'eventual');
  output.note(estimateText(session.facts.name, plan));
  return plan;
};

/** Says what a scan would cost, and does nothing else. */
export const estimate = (session: Session, options: ScanOptions, output: Output): 'done' => {
  const plan = announce(session, options, output);
  if (output.isJson) output.json({ estimate: plan });
  return 'done';
};

/** Looks at every record of the table, and says beforehand what that costs. */
export const scanRecords = async (session: Session, scan: RecordScan, output: Output): Promise<ScanEnd> => {
  const plan = announce(session, scan.options, output);
  const progress = showProgress(plan, output);
  try {
    return await scanTable({
      api: session.api,
      input: inputOf(session, scan.search),
      plan,
      signal: session.signal,
      onPage: (items, totals) => {
        progress.update(totals);
        return items.every((item) => {
          const seen = session.recordOf(item);
          const isMatch = seen !== undefined && (scan.search.matches?.(seen) ?? true);
          return !isMatch || scan.onRecord(seen);
        });
      },
    });
  } finally {
    progress.stop();
  }
};
