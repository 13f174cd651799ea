import { randomUUID } from 'node:crypto';
import type { Caller, Group, Lane, LaneAnswer, MarkKind, PhaseKind } from './protocol.ts';

const keptLanes = 1000;
/** Requests that come without a group share one, until there was none for a while. */
const restMs = 3000;

export type Arrival = Pick<Lane, 'id' | 'cure' | 'route' | 'asks'> &
  Partial<Pick<Lane, 'key' | 'order'>> & { caller?: Caller | undefined; groupId?: string | undefined };

/** What is known of every request, and of what they belong to. */
export type LaneBook = {
  startGroup(title: string): Group;
  say(group: Group, says: string): void;
  endGroup(group: Group, verdict?: string): void;
  arrive(arrival: Arrival): Lane;
  find(id: string): Lane | undefined;
  /** Where the lane goes on from now. */
  enter(lane: Lane, kind: PhaseKind, attempt?: number): void;
  mark(lane: Lane, kind: MarkKind, says: string): void;
  note(lane: Lane, facts: Partial<Pick<Lane, 'recordId' | 'owner' | 'attempt' | 'leaseExpiresAtMs'>>): void;
  end(lane: Lane, answer: LaneAnswer): void;
  lanes(): Lane[];
  groups(): Group[];
};

export function createLaneBook(changed: (what: { lane?: Lane; group?: Group }) => void): LaneBook {
  const lanes = new Map<string, Lane>();
  const groups = new Map<string, Group>();
  let count = 0;
  let others: { group: Group; lastMs: number } | undefined;

  const startGroup = (title: string): Group => {
    const group: Group = { id: randomUUID(), title, startedMs: Date.now(), captions: [] };
    groups.set(group.id, group);
    changed({ group });
    return group;
  };

  const groupOfOthers = (): string => {
    const nowMs = Date.now();
    if (!others || nowMs - others.lastMs > restMs) others = { group: startGroup('From elsewhere'), lastMs: nowMs };
    others.lastMs = nowMs;
    return others.group.id;
  };

  /** What the checkout pays at the other system belongs to the checkout. */
  const groupOfCheckout = ({ cure }: Arrival): string | undefined =>
    cure === 'key'
      ? [...lanes.values()].findLast((lane) => lane.cure === 'checkout' && lane.endedMs === undefined)?.groupId
      : undefined;

  const closePhase = (lane: Lane, nowMs: number): void => {
    const last = lane.phases.at(-1);
    if (last && last.toMs === undefined) last.toMs = nowMs;
  };

  const forget = (): void => {
    for (const [id, lane] of lanes) {
      if (lanes.size <= keptLanes) break;
      lanes.delete(id);
      if (![...lanes.values()].some(({ groupId }) => groupId === lane.groupId)) groups.delete(lane.groupId);
    }
  };

  return {
    startGroup,
    say(group, says) {
      group.captions.push({ atMs: Date.now(), says });
      changed({ group });
    },
    endGroup(group, verdict) {
      group.endedMs = Date.now();
      if (verdict !== undefined) group.verdict = verdict;
      changed({ group });
    },
    arrive(arrival) {
      const { groupId, caller, ...facts } = arrival;
      const known = groupId !== undefined && groups.has(groupId) ? groupId : undefined;
      const ofCheckout = known === undefined ? groupOfCheckout(arrival) : undefined;
      const arrivedMs = Date.now();
      count += 1;
      const lane: Lane = {
        ...facts,
        number: count,
        groupId: known ?? ofCheckout ?? groupOfOthers(),
        ...(caller && { caller }),
        ...(ofCheckout !== undefined && { inner: true }),
        arrivedMs,
        phases: [{ kind: 'waiting', fromMs: arrivedMs }],
        marks: [],
      };
      lanes.set(lane.id, lane);
      forget();
      changed({ lane });
      return lane;
    },
    find: (id) => lanes.get(id),
    enter(lane, kind, attempt) {
      if (lane.endedMs !== undefined) return;
      const nowMs = Date.now();
      closePhase(lane, nowMs);
      lane.phases.push({ kind, fromMs: nowMs, ...(attempt !== undefined && { attempt }) });
      changed({ lane });
    },
    mark(lane, kind, says) {
      lane.marks.push({ kind, atMs: Date.now(), says });
      changed({ lane });
    },
    note(lane, facts) {
      Object.assign(lane, facts);
      changed({ lane });
    },
    end(lane, answer) {
      lane.endedMs = Date.now();
      lane.answer = answer;
      closePhase(lane, lane.endedMs);
      changed({ lane });
    },
    lanes: () => [...lanes.values()],
    groups: () => [...groups.values()],
  };
}
