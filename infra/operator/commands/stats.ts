import type { ConnectionOptions } from '../connection/options.ts';
import type { ExitName } from '../exit-codes.ts';
import { tableText } from '../output/table.ts';
import { duration } from '../output/time.ts';
import { namespaceOf } from '../records/seen.ts';
import { type State, stateOf, states } from '../records/state.ts';
import type { ScanOptions } from '../scan/estimate.ts';
import { open, type RunContext } from './run-context.ts';

export interface StatsOptions extends ConnectionOptions, ScanOptions {
  estimate?: boolean;
}

interface Counts extends Record<State, number> {
  /** That took more than one attempt. */
  repeated: number;
  oldestCrashMs: number | undefined;
}

const nothing = (): Counts => ({
  ...(Object.fromEntries(states.map((state) => [state, 0])) as Record<State, number>),
  repeated: 0,
  oldestCrashMs: undefined,
});

/** How many records are in which state, by namespace. */
export const stats = async (options: StatsOptions, context: RunContext): Promise<ExitName> => {
  const { output } = context;
  const session = await open(options, context);
  if (options.estimate) return session.estimate(options, output);
  const nowMs = session.now();
  const byNamespace = new Map<string, Counts>();
  const end = await session.scan(
    {
      search: {},
      options,
      onRecord: (seen) => {
        const namespace = namespaceOf(seen.record);
        const counts = byNamespace.get(namespace) ?? nothing();
        byNamespace.set(namespace, counts);
        const state = stateOf(seen, nowMs);
        counts[state] += 1;
        if ((seen.record.attempt ?? 1) > 1) counts.repeated += 1;
        const { claimedAtMs } = seen.record;
        if (state === 'crashed' && claimedAtMs !== undefined) {
          counts.oldestCrashMs = Math.min(counts.oldestCrashMs ?? claimedAtMs, claimedAtMs);
        }
        return true;
      },
    },
    output,
  );
  const sorted = [...byNamespace].sort(([one], [other]) => (one < other ? -1 : 1));
  if (output.isJson) {
    const namespaces = sorted.map(([namespace, { oldestCrashMs, ...counts }]) => ({
      namespace,
      ...counts,
      oldestCrash: oldestCrashMs === undefined ? null : new Date(oldestCrashMs).toISOString(),
    }));
    output.json({ namespaces, scanned: { items: end.items, readUnits: end.units }, interrupted: end.interrupted });
  } else {
    const head = ['NAMESPACE', ...states.map((state) => state.toUpperCase()), 'SEVERAL ATTEMPTS', 'OLDEST CRASH'];
    const rows = sorted.map(([namespace, counts]) => [
      namespace,
      ...states.map((state) => counts[state]),
      counts.repeated,
      counts.oldestCrashMs === undefined ? '' : `${duration(nowMs - counts.oldestCrashMs)} ago`,
    ]);
    output.print(tableText(head, rows));
  }
  output.note(`${session.scanned(end)}.`);
  return end.interrupted ? 'interrupted' : 'done';
};
