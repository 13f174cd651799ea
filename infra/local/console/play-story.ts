import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedAccidents } from './accidents.ts';
import type { LaneBook } from './lane-book.ts';
import type { Lane, MarkKind } from './protocol.ts';
import type { Provider } from './provider.ts';
import type { RecordSource } from './record-source.ts';
import { callOf, type Sender } from './sender.ts';
import { atOnce, type Stage, type Story } from './stories/story.ts';

export type Theatre = {
  url: string;
  book: LaneBook;
  sender: Sender;
  accidents: PlannedAccidents;
  provider: Provider;
  source: RecordSource;
};

const patienceMs = 20_000;
const lookEveryMs = 20;

/** Plays a story; the group that it makes is there at once. */
export function playStory(story: Story, theatre: Theatre): { groupId: string; over: Promise<void> } {
  const { book, accidents, provider, sender, source, url } = theatre;
  const group = book.startGroup(story.title);
  const own = (): Lane[] => book.lanes().filter(({ groupId }) => groupId === group.id);
  const marked = (kind: MarkKind, cure?: Lane['cure']): number =>
    own()
      .filter((lane) => cure === undefined || lane.cure === cure)
      .flatMap(({ marks }) => marks)
      .filter((mark) => mark.kind === kind).length;

  const stage: Stage = {
    url,
    name: (prefix) => `${prefix}-${randomUUID().slice(0, 4)}`,
    say: (line) => book.say(group, line),
    press: (press) => sender.send(callOf({ caller: 'Ada', amount: 4200, ...press }), group.id),
    async pressAtOnce(press) {
      const call = callOf({ caller: 'Ada', amount: 4200, ...press });
      await sender.warmUp(call, atOnce);
      await Promise.all(Array.from({ length: atOnce }, () => sender.send(call, group.id)));
    },
    getToken: (caller) => sender.getToken(caller, group.id),
    headersOf: (call) => sender.headersOf(call, group.id),
    plan: accidents.plan,
    holdNextCharge: provider.holdNextAnswer,
    async lane(is) {
      const deadline = Date.now() + patienceMs;
      while (Date.now() < deadline) {
        const found = own().findLast(is);
        if (found) return found;
        await sleep(lookEveryMs);
      }
      throw new Error('what the story waits for has not happened');
    },
    async endLease(lane) {
      await source.endLease(lane.recordId ?? '');
      book.mark(lane, 'lease-ended', 'its lease ends');
    },
    async leaseOver({ leaseExpiresAtMs = 0 }) {
      await sleep(Math.max(0, leaseExpiresAtMs - Date.now()) + 1);
    },
    charges: (cure) => marked('charged', cure),
    orders: (cure) => marked('ordered', cure),
  };

  const play = async (): Promise<void> => {
    try {
      book.endGroup(group, await story.play(stage));
    } catch (error) {
      accidents.plan({ nextCall: null, nextAnswer: false, nextCharge: false });
      book.endGroup(group, `The story broke off: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return { groupId: group.id, over: play() };
}
