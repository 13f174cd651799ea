import { batch, type Signal, signal } from '@preact/signals';
import type { Accidents, Change, Group, Lane, Snapshot, StoryView, Tables } from '../protocol.ts';

/** What the page knows, from the snapshot that the server sends first and the changes after it. */

export type GroupState = { group: Signal<Group>; lanes: Signal<readonly Signal<Lane>[]> };

export const connection = signal<'connecting' | 'connected' | 'lost'>('connecting');
export const shop = signal(true);
export const stories = signal<readonly StoryView[]>([]);
/** The newest first. */
export const groups = signal<readonly GroupState[]>([]);
export const tables = signal<Tables | undefined>(undefined);
export const accidents = signal<Accidents | undefined>(undefined);
/** How far the server's clock is ahead of the page's. */
export const aheadMs = signal(0);
/** Whose lane a record's owner is. */
export const laneNumbers = signal<ReadonlyMap<string, number>>(new Map());

const lanes = new Map<string, Signal<Lane>>();
const byId = new Map<string, GroupState>();

/** More would be of no use to anybody, and slow. */
const keptLanes = 500;

export function take(snapshot: Snapshot): void {
  batch(() => {
    lanes.clear();
    byId.clear();
    groups.value = [];
    laneNumbers.value = new Map();
    connection.value = 'connected';
    shop.value = snapshot.shop;
    stories.value = snapshot.stories;
    change(snapshot);
  });
}

export function change({ nowMs, groups: changedGroups = [], lanes: changedLanes = [], ...rest }: Change): void {
  batch(() => {
    aheadMs.value = nowMs - Date.now();
    for (const group of changedGroups) takeGroup(group);
    takeLanes(changedLanes);
    if (rest.tables) tables.value = rest.tables;
    if (rest.accidents) accidents.value = rest.accidents;
    forget();
  });
}

function takeGroup(group: Group): void {
  const known = byId.get(group.id);
  if (known) {
    known.group.value = group;
    return;
  }
  const state = { group: signal(group), lanes: signal<readonly Signal<Lane>[]>([]) };
  byId.set(group.id, state);
  groups.value = [state, ...groups.value];
}

function takeLanes(changed: readonly Lane[]): void {
  const added = new Map<string, Signal<Lane>[]>();
  const numbers = new Map(laneNumbers.value);
  for (const lane of changed) {
    if (lane.owner !== undefined) numbers.set(lane.owner, lane.number);
    const known = lanes.get(lane.id);
    if (known) {
      known.value = lane;
      continue;
    }
    const state = signal(lane);
    lanes.set(lane.id, state);
    added.set(lane.groupId, [...(added.get(lane.groupId) ?? []), state]);
  }
  for (const [groupId, more] of added) {
    const group = byId.get(groupId);
    if (group) group.lanes.value = [...group.lanes.value, ...more].sort((a, b) => a.value.number - b.value.number);
  }
  if (changed.length > 0) laneNumbers.value = numbers;
}

/** Lets go of the oldest groups, never of the newest. */
function forget(): void {
  while (lanes.size > keptLanes && groups.value.length > 1) {
    const oldest = groups.value.at(-1);
    if (!oldest) return;
    for (const lane of oldest.lanes.value) lanes.delete(lane.value.id);
    byId.delete(oldest.group.value.id);
    groups.value = groups.value.slice(0, -1);
  }
}
