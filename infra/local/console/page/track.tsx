import type { Signal } from '@preact/signals';
import type { CSSProperties } from 'preact';
import type { Cure, Lane } from '../protocol.ts';
import { now } from './clock.ts';
import { LaneView } from './lane-view.tsx';
import { counted, sumsOf } from './sums.ts';

const names: Record<Cure, string> = {
  none: 'No protection',
  'order-none': 'No protection',
  key: 'idempotencyKey',
  token: 'singleUseToken',
  order: 'uniqueIndex',
  checkout: 'The checkout: idempotencyKey',
  other: 'Others',
};

const shortestMs = 300;

/** The time that the track shows: until its last lane has ended, and a lease that nobody waits for any more. */
const endOf = (lanes: readonly Lane[], nowMs: number): number => {
  const ends = lanes.map(({ endedMs, answer, leaseExpiresAtMs = 0 }) =>
    endedMs === undefined
      ? nowMs
      : answer?.end === 'killed'
        ? Math.max(endedMs, Math.min(leaseExpiresAtMs, nowMs))
        : endedMs,
  );
  return Math.max(...ends);
};

const isLive = (lanes: readonly Lane[], nowMs: number): boolean =>
  lanes.some(
    ({ endedMs, answer, leaseExpiresAtMs = 0 }) =>
      endedMs === undefined || (answer?.end === 'killed' && leaseExpiresAtMs > nowMs),
  );

/** The lanes of one cure, over one axis of time. Lanes don't draw themselves again when it grows. */
export const Track = ({ cure, lanes }: { cure: Cure; lanes: readonly Signal<Lane>[] }) => {
  const current = lanes.map((lane) => lane.value);
  const { requests, runs, effects, effect } = sumsOf(cure, current);
  const startMs = Math.min(...current.map(({ arrivedMs }) => arrivedMs));
  const nowMs = isLive(current, now.peek()) ? now.value : now.peek();
  const spanMs = Math.max(shortestMs, endOf(current, nowMs) - startMs);
  const axis = { '--span': spanMs, '--now': nowMs - startMs } as CSSProperties;
  const isBad = (cure === 'none' || cure === 'order-none') && effects > 1;
  return (
    <div class="track">
      <p class="track-head">
        <strong>{names[cure]}</strong>
        <span class={`track-sum ${isBad ? 'bad' : ''}`}>
          {cure === 'other'
            ? counted(requests, 'request')
            : `${counted(requests, 'request')} · ${counted(runs, 'run')} · ${counted(effects, effect)}`}
        </span>
        <span class="soft time">{(spanMs / 1000).toFixed(1)} s</span>
      </p>
      <ol class={`lanes ${lanes.length > 8 ? 'dense' : ''}`} style={axis}>
        {lanes.map((lane) => (
          <LaneView key={lane.value.id} lane={lane} startMs={startMs} />
        ))}
      </ol>
    </div>
  );
};
