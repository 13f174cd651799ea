import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from '../connection/options.ts';
import type { Session } from '../connection/session.ts';
import type { ExitName } from '../exit-codes.ts';
import { inMs, iso } from '../output/time.ts';
import { nextRequest } from '../records/next-request.ts';
import { recordView } from '../records/record-view.ts';
import { searchForTroubles, type Troubles } from '../records/search.ts';
import type { Seen } from '../records/seen.ts';
import { stateOf } from '../records/state.ts';
import type { ScanOptions } from '../scan/estimate.ts';
import { requireTrouble } from './list.ts';
import { readRecordId } from './record-id.ts';
import { open, type RunContext } from './run-context.ts';

export interface WatchOptions extends ConnectionOptions, ScanOptions, Omit<Troubles, 'olderThanSeconds'> {
  olderThan: number;
  /** Seconds between two looks. */
  every?: number;
}

const defaultEverySeconds = { record: 1, table: 60 } as const;

/** Tells each change of a record until it is done; or, of the whole table, each record that gets into trouble. Ends with Ctrl-C. */
export const watch = async (id: string | undefined, options: WatchOptions, context: RunContext): Promise<ExitName> => {
  if (id === undefined) requireTrouble(options);
  const session = await open(options, context);
  const everyMs = (options.every ?? defaultEverySeconds[id === undefined ? 'table' : 'record']) * 1000;
  const look =
    id === undefined ? lookAtTable(session, options, context) : lookAtRecord(session, readRecordId(id), context);
  try {
    while (await look()) await sleep(everyMs, undefined, { signal: context.signal });
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
  return 'done';
};

const tell = (id: string, seen: Seen | undefined, session: Session, { output }: RunContext): void => {
  const nowMs = session.now();
  if (output.isJson) {
    output.line({ at: iso(nowMs), id, record: seen ? recordView(seen, nowMs) : null });
    return;
  }
  if (!seen) {
    output.print(`${iso(nowMs)}  ${id}  absent`);
    return;
  }
  const { attempt, owner, leaseExpiresAtMs } = seen.record;
  const state = stateOf(seen, nowMs);
  const lease = state === 'running' && leaseExpiresAtMs ? `  lease ends ${inMs(leaseExpiresAtMs - nowMs)}` : '';
  const by = owner === undefined ? '' : `  owner ${owner}`;
  const next = nextRequest(seen, nowMs).outcome;
  output.print(`${iso(nowMs)}  ${id}  ${state}  attempt ${attempt ?? '-'}${by}${lease}  next request: ${next}`);
};

/** Looks again until it is done. */
const lookAtRecord = (session: Session, id: string, context: RunContext) => {
  let told: string | undefined;
  return async (): Promise<boolean> => {
    const seen = await session.read(id);
    const state = seen && stateOf(seen, session.now());
    const now = JSON.stringify([state, seen?.record.attempt, seen?.record.owner, seen?.record.fence]);
    if (now !== told) tell(id, seen, session, context);
    told = now;
    return state !== 'done' && state !== 'unavailable';
  };
};

/** What was told once is told again only in another state. */
const lookAtTable = (session: Session, options: WatchOptions, context: RunContext) => {
  let told = new Map<string, string>();
  return async (): Promise<boolean> => {
    const nowMs = session.now();
    const seenNow = new Map<string, string>();
    await session.scan(
      {
        search: searchForTroubles({ ...options, olderThanSeconds: options.olderThan }, session, nowMs),
        options,
        onRecord: (seen) => {
          const { id, attempt } = seen.record;
          const now = `${stateOf(seen, nowMs)} ${attempt}`;
          seenNow.set(id, now);
          if (told.get(id) !== now) tell(id, seen, session, context);
          return true;
        },
      },
      context.output,
    );
    told = seenNow;
    return !context.signal.aborted;
  };
};
