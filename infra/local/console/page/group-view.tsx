import type { Signal } from '@preact/signals';
import type { Cure, Group, Lane } from '../protocol.ts';
import { Track } from './track.tsx';

const order: readonly Cure[] = ['none', 'order-none', 'checkout', 'key', 'token', 'order', 'other'];

/** The lanes of each cure side by side. */
const tracksOf = (lanes: readonly Signal<Lane>[]): [Cure, Signal<Lane>[]][] => {
  const byCure = Map.groupBy(lanes, (lane) => lane.value.cure);
  return order.flatMap((cure) => {
    const found = byCure.get(cure);
    return found ? [[cure, found] satisfies [Cure, Signal<Lane>[]]] : [];
  });
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export const GroupView = ({
  group: { value: group },
  lanes: { value: lanes },
}: {
  group: Signal<Group>;
  lanes: Signal<readonly Signal<Lane>[]>;
}) => {
  const { title, captions, verdict, startedMs } = group;
  const isLive = captions.length > 0 && group.endedMs === undefined;
  return (
    <article class={`group ${isLive ? 'live' : ''}`} data-group={group.id} aria-label={title}>
      <h3>{title}</h3>
      {captions.length > 0 && (
        <ol class="captions" aria-live={isLive ? 'polite' : 'off'}>
          {captions.map(({ atMs, says }) => (
            <li key={`${atMs} ${says}`}>
              <span class="soft time">{seconds(atMs - startedMs)}</span> {says}
            </li>
          ))}
        </ol>
      )}
      {verdict !== undefined && <p class="verdict">{verdict}</p>}
      <div class="tracks">
        {tracksOf(lanes).map(([cure, found]) => (
          <Track key={cure} cure={cure} lanes={found} />
        ))}
      </div>
    </article>
  );
};
