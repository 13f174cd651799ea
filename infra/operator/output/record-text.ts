import { answerOf } from '../records/answer.ts';
import { nextRequest } from '../records/next-request.ts';
import type { Seen } from '../records/seen.ts';
import { isHeldForGood, type State, stateOf } from '../records/state.ts';
import type { Output } from './output.ts';
import { tableText } from './table.ts';
import { inMs, iso } from './time.ts';

const colours = {
  running: 'yellow',
  crashed: 'red',
  released: 'cyan',
  issued: 'cyan',
  done: 'green',
  unavailable: 'red',
  expired: 'gray',
} as const satisfies Record<State, string>;

const at = (ms: number, nowMs: number): string => `${iso(ms)}, ${inMs(ms - nowMs)}`;

const stateText = (seen: Seen, nowMs: number): string => {
  const { record } = seen;
  const state = stateOf(seen, nowMs);
  const lease = record.leaseExpiresAtMs ?? 0;
  if (state === 'running') return `running: claimed, and its lease ends ${inMs(lease - nowMs)}`;
  if (state === 'crashed') {
    const since = lease === 0 ? 'its lease is over' : `its lease ended ${inMs(lease - nowMs)}`;
    return `crashed: claimed, ${since}, nobody is running it${isHeldForGood(record) ? "; held for good (afterCrash 'reject')" : ''}`;
  }
  return {
    released: 'released: free for the next request',
    issued: 'issued: a token that may be used',
    done: 'done',
    unavailable: 'done, but its answer was not kept',
    expired: 'expired: still in the table, but as good as absent',
  }[state];
};

const rowsOf = (seen: Seen, nowMs: number): [string, string | undefined][] => {
  const { record, tokenExpiresAtSeconds } = seen;
  const { attempt, previous, owner, fence, claimedAtMs, requestId, expiresAtSeconds } = record;
  return [
    ['attempt', attempt && `${attempt}${previous ? `; an earlier run has ${previous}` : ''}`],
    ['owner', owner],
    ['try', fence],
    ['claimed', claimedAtMs && at(claimedAtMs, nowMs)],
    ['by request', requestId],
    ['token until', tokenExpiresAtSeconds && at(tokenExpiresAtSeconds * 1000, nowMs)],
    ['expires', expiresAtSeconds === Number.POSITIVE_INFINITY ? 'never' : at(expiresAtSeconds * 1000, nowMs)],
    ['answer', answerOf(seen)?.text],
    ['next request', nextRequest(seen, nowMs).text],
  ].map(([name = '', value]) => [String(name), value === 0 ? undefined : (value as string | undefined)]);
};

/** A record for a person: nothing in it is a key, a token, a principal or an answer. */
export const recordText = (seen: Seen, nowMs: number, { style }: Output): string => {
  const state = style(colours[stateOf(seen, nowMs)], stateText(seen, nowMs));
  const rows = rowsOf(seen, nowMs).flatMap(([name, value]) => (value === undefined ? [] : [[`  ${name}`, value]]));
  return `${style('bold', seen.record.id)}\n${tableText([], [['  state', state], ...rows])}`;
};

/** One line per record. */
export const recordsText = (found: readonly Seen[], nowMs: number, { style }: Output): string =>
  tableText(
    ['ID', 'STATE', 'ATTEMPT', 'CLAIMED', 'BY REQUEST', 'NEXT REQUEST'],
    found.map((seen) => {
      const state = stateOf(seen, nowMs);
      const { id, attempt = '', claimedAtMs, requestId = '' } = seen.record;
      return [
        id,
        style(colours[state], state),
        attempt,
        claimedAtMs === undefined ? '' : inMs(claimedAtMs - nowMs),
        requestId,
        nextRequest(seen, nowMs).outcome,
      ];
    }),
  );
