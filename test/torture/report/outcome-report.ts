import { faultKinds } from '../faults/fault-kinds.ts';
import { operationsOf } from '../history/operations.ts';
import type { TortureOutcome } from '../torture.ts';
import { entryCounts } from './entry-counts.ts';
import { table } from './table.ts';
import { violationReport } from './violation-report.ts';

/** All that there is to say of one run. */
export const outcomeReport = (outcome: TortureOutcome): string => {
  const { history, phases, faults, violations, requests } = outcome;
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return [
    table(
      ['phase', 'from s', 'to s', 'faults', 'kills'],
      phases.map(({ name, fromMs, toMs, faults: met, kills }) => [name, seconds(fromMs), seconds(toMs), met, kills]),
    ),
    table(
      [`faults of ${requests} requests to ${outcome.engine}`, '', ''],
      Object.entries(faultKinds).map(([kind, text]) => [kind, faults.get(kind as keyof typeof faultKinds) ?? 0, text]),
    ),
    entryCounts(history.lines, history.final),
    ...(violations.length > 0 ? [violationReport(violations)] : []),
    summary(outcome),
  ].join('\n\n');
};

export const summary = ({ history, faults, kills, violations }: TortureOutcome): string => {
  const operations = operationsOf(history.lines);
  const invocations = operations.reduce((sum, operation) => sum + operation.invocations.length, 0);
  const faultCount = [...faults.values()].reduce((sum, count) => sum + count, 0);
  const counts = [
    `${operations.length} operations`,
    `${invocations} invocations`,
    `${kills} kills`,
    `${faultCount} faults`,
    `${violations.length} violations`,
  ];
  return counts.join(', ');
};
