import type { AccidentsChange, Caller, Cure, Lane, Press, SentAnswer, StoryView } from '../protocol.ts';
import type { Call, Sender } from '../sender.ts';

/** What a story has to do with. */
export type Stage = {
  readonly url: string;
  /** A name that no other run of a story has. */
  name(prefix: string): string;
  say(line: string): void;
  press(press: Partial<Press> & Pick<Press, 'cure' | 'order'>): Promise<SentAnswer>;
  /** `atOnce` times. */
  pressAtOnce(press: Partial<Press> & Pick<Press, 'cure' | 'order'>): Promise<void>;
  getToken(caller: Caller): Promise<string>;
  headersOf: (call: Call) => ReturnType<Sender['headersOf']>;
  plan(change: AccidentsChange): void;
  /** The provider charges the next card at once, and answers after this. */
  holdNextCharge(until: Promise<void>): void;
  /** The latest lane of this story that is so. */
  lane(is: (lane: Lane) => boolean): Promise<Lane>;
  endLease(lane: Lane): Promise<void>;
  /** Resolves when the lease of the lane's record is over. */
  leaseOver(lane: Lane): Promise<void>;
  /** How many charges the lanes of this story have made, of one cure. */
  charges(cure?: Cure): number;
  orders(cure: Cure): number;
};

export type Story = StoryView & {
  /** What it has shown, in a sentence. */
  play(stage: Stage): Promise<string>;
};

export const atOnce = 20;

/** `1 charge`, `20 charges` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
