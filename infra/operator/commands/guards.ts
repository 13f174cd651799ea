import type { DynamoDBApi } from '../../../functions/idempotency/dynamodb/api/dynamodb-api.ts';
import { sdkCalls } from '../../../functions/idempotency/dynamodb/api/sdk/sdk-calls.ts';
import { backfillGuards, checkGuards } from '../../../functions/idempotency/entries/main.ts';
import type { GuardFinding } from '../../../functions/idempotency/transaction/audit/finding.ts';
import type { Table } from '../../../functions/idempotency/transaction/table/table.ts';
import { openAuditLog } from '../change/audit-log.ts';
import { connect } from '../connection/client.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import { readTableFacts } from '../connection/table-facts.ts';
import type { ExitName } from '../exit-codes.ts';
import { OperatorError } from '../operator-error.ts';
import { tableText } from '../output/table.ts';
import { estimateText, planScan, type ScanOptions } from '../scan/estimate.ts';
import { showProgress } from '../scan/progress.ts';
import { type RateLimit, rateLimit } from '../scan/rate-limit.ts';
import type { ScanTotals } from '../scan/record-scan.ts';
import type { RunContext } from './run-context.ts';

export interface GuardsOptions extends ConnectionOptions, ScanOptions {
  unique: string[];
  guardsTable?: string;
  check?: boolean;
  mend?: boolean;
  yes?: boolean;
  reason?: string;
  auditFile?: string;
}

/** Compares the items of a table with the guards of their unique values; told to, mends what can be mended. */
export const guards = async (options: GuardsOptions, { output, signal, suggest }: RunContext): Promise<ExitName> => {
  if (!options.check === !options.mend) throw new OperatorError('usage', 'Pass --check or --mend.');
  if (options.table === undefined)
    throw new OperatorError('usage', 'Name the table with the unique values: --table NAME.');
  const connection = await connect(options);
  const facts = await readTableFacts(connection.client, connection.nameOf(options.table), signal);
  const table = await declarationOf(options, connection, facts, signal);
  const plan = planScan(facts, options, 'consistent');
  output.note(estimateText(facts.name, plan));

  const isWriting = Boolean(options.mend && options.yes);
  const audit = isWriting ? await openAuditLog(options.auditFile, output.note) : undefined;
  const totals: ScanTotals = { items: 0, pages: 0, units: 0 };
  const client = limited(sdkCalls(connection.client), rateLimit(plan.unitsPerSecond), totals, signal);
  const pageSize = Math.min(1000, plan.pageLimit);
  const progress = showProgress(plan, output);
  const findings: GuardFinding[] = [];
  const mendedOnes = () => findings.filter((finding) => finding.mended).length;
  const entry = {
    command: 'guards --mend',
    place: connection.place,
    table: facts.name,
    id: options.unique.join(' '),
    forced: false,
    reason: options.reason ?? null,
    answer: null,
  };
  let outcome: 'done' | 'failed' = 'failed';
  try {
    for await (const page of (isWriting ? backfillGuards : checkGuards)(table, { client, pageSize })) {
      totals.items += page.scanned;
      findings.push(...page.findings);
      progress.update(totals);
      if (signal.aborted) break;
    }
    outcome = 'done';
  } catch (error) {
    // Ctrl-C while it waits for the next page.
    if (!signal.aborted || (error as Error).name !== 'AbortError') throw error;
    outcome = 'done';
  } finally {
    progress.stop();
    const mended = mendedOnes();
    const after = { findings: findings.length - mended };
    await audit?.write({ ...entry, before: { findings: findings.length }, after, outcome });
  }

  const interrupted = signal.aborted;
  const mended = mendedOnes();
  if (output.isJson) {
    output.json({ findings, scanned: { items: totals.items, readUnits: totals.units }, mended, interrupted });
  } else if (findings.length > 0) output.print(findingsText(findings));
  output.note(`${findings.length} found, ${mended} mended, of ${totals.items} items, for ${totals.units} read units.`);
  if (options.mend && !options.yes && findings.length > 0)
    output.note(`Nothing was changed. To mend: ${suggest(['--yes'])}`);
  if (interrupted) return 'interrupted';
  return findings.length > mended ? 'findings' : 'done';
};

const declarationOf = async (
  { unique, guardsTable }: GuardsOptions,
  connection: Awaited<ReturnType<typeof connect>>,
  { name, partitionKey, sortKey }: Awaited<ReturnType<typeof readTableFacts>>,
  signal: AbortSignal,
): Promise<Table> => {
  const guardFacts =
    guardsTable === undefined
      ? undefined
      : await readTableFacts(connection.client, connection.nameOf(guardsTable), signal);
  return {
    tableName: name,
    partitionKey,
    ...(sortKey !== undefined && { sortKey }),
    unique: unique.map((constraint) => constraint.split(',')),
    ...(guardFacts && { guards: { tableName: guardFacts.name, partitionKey: guardFacts.partitionKey } }),
  };
};

/** Reads no faster than the limit allows. Once Ctrl-C was pressed, what is under way is ended, and no page begun. */
const limited = (api: DynamoDBApi, limit: RateLimit, totals: ScanTotals, signal: AbortSignal): DynamoDBApi => {
  return {
    ...api,
    scan: async (input, options) => {
      const spend = await limit.ready(signal);
      const output = await api.scan({ ...input, ReturnConsumedCapacity: 'TOTAL' }, options);
      const { CapacityUnits = 0 } = output.ConsumedCapacity ?? {};
      spend(CapacityUnits);
      totals.units += CapacityUnits;
      return output;
    },
    getItem: async (input, options) => {
      const output = await api.getItem({ ...input, ReturnConsumedCapacity: 'TOTAL' }, options);
      const { CapacityUnits = 0 } = output.ConsumedCapacity ?? {};
      limit.take(CapacityUnits);
      totals.units += CapacityUnits;
      return output;
    },
  };
};

const keyText = (key: object | undefined): string => (key ? JSON.stringify(key) : '');

const findingsText = (findings: readonly GuardFinding[]): string =>
  tableText(
    ['PROBLEM', 'UNIQUE', 'ITEM', 'HELD FOR', 'MENDED'],
    findings.map(({ problem, attributes, key, holder, mended }) => [
      problem,
      attributes.join(),
      keyText(key),
      keyText(holder),
      mended ? 'yes' : 'no',
    ]),
  );
