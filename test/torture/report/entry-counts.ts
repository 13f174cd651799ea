import { entryNames, writesByLibrary } from '../entry-points.ts';
import type { FinalState, HistoryLine } from '../history/history.ts';
import { completedAt, crashed, isSuccess } from '../history/invocation-facts.ts';
import { type Operation, operationsOf, type Run } from '../history/operations.ts';
import { table } from './table.ts';

/** What each way into the library has seen. */
export const entryCounts = (lines: readonly HistoryLine[], final: FinalState): string => {
  const byEntry = Map.groupBy(operationsOf(lines), ({ entry }) => entry);
  const entries = entryNames.filter((entry) => byEntry.has(entry));
  const rows = entries.map((entry) => {
    const operations = byEntry.get(entry) ?? [];
    const invocations = operations.flatMap((operation) => operation.invocations);
    const runs = operations.flatMap((operation) => operation.runs);
    const ids = new Set(operations.map(({ id }) => id));
    const written = final.items.filter((item) => ids.has(item.operation)).length;
    return [
      entry,
      operations.length,
      invocations.length,
      runs.length,
      writesByLibrary(entry) ? written : runs.filter(({ effectAt }) => effectAt !== undefined).length,
      invocations.filter(({ killedAt }) => killedAt !== undefined).length,
      runs.filter(crashed).length,
      runs.filter(isTakeover).length,
      runs.filter(outlivedItsLease).length,
      invocations.filter((invocation) => isSuccess(invocation) && invocation.answer?.replayed).length,
      refusals(operations),
    ];
  });
  const header = [
    '',
    'operations',
    'requests',
    'runs',
    'effects',
    'killed',
    'crashed runs',
    'takeovers',
    'outlived',
    'replays',
  ];
  return table([...header, 'refusals'], rows);
};

const isTakeover = ({ started: { attempt = 1, previous } }: Run): boolean => attempt > 1 && previous !== 'failed';

const outlivedItsLease = (run: Run): boolean =>
  (run.ended?.at ?? 0) > run.deadlineAt + 1000 && completedAt(run) === undefined;

const refusals = (operations: readonly Operation[]): string => {
  const codes = operations.flatMap(({ invocations }) => invocations).flatMap(({ answer }) => answer?.code ?? []);
  return [...Map.groupBy(codes, (code) => code)]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([code, { length }]) => `${code} ${length}`)
    .join(', ');
};
