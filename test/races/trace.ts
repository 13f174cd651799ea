import type {
  IdempotencyEvent,
  IdempotencyInfo,
  IdempotencyRecord,
  IdempotencyStore,
} from '../../functions/idempotency/entries/main.ts';
import type { InvocationPlan } from './plan.ts';

export interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

export type Verb = 'claim' | 'complete' | 'release' | 'undo' | 'resolve' | 'consume';

/** One request as the store applied it, with the record on either side of it, live or past its time. */
export type Applied = {
  [V in Verb]: {
    type: 'applied';
    verb: V;
    request: Parameters<IdempotencyStore[V]>[0];
    outcome: Awaited<ReturnType<IdempotencyStore[V]>>;
    before: IdempotencyRecord | undefined;
    after: IdempotencyRecord | undefined;
  };
}[Verb];

export type Happening =
  | { type: 'arrived'; payload: InvocationPlan['payload']; deadlineMs: number }
  | ({ type: 'started' } & Partial<Pick<IdempotencyInfo, 'attempt' | 'previous'>>)
  | { type: 'effect' }
  | { type: 'returned'; response: Answer }
  | { type: 'committed' }
  | { type: 'reported'; event: IdempotencyEvent }
  | { type: 'crashed' }
  /** The SDK has given up, so that it can't be told what became of the request. */
  | { type: 'gave up'; verb: Verb }
  | { type: 'answered'; answer: Answer }
  | { type: 'threw'; error: unknown }
  | Applied;

/** Something that happened in an invocation, in the order of true time. */
export type Moment = Happening & { invocation: number; atMs: number };

export type Trace = readonly Moment[];

export type MomentOf<Type extends Moment['type']> = Extract<Moment, { type: Type }>;

export const momentsOf = <Type extends Moment['type']>(trace: Trace, ...types: Type[]): MomentOf<Type>[] =>
  trace.filter((moment): moment is MomentOf<Type> => (types as string[]).includes(moment.type));

const won: ReadonlySet<unknown> = new Set(['written', 'consumed', 'resolved', undefined]);

/** Whether the store did what it was asked, or found that it had done it before. */
export const isWon = ({ outcome }: Applied): boolean =>
  typeof outcome === 'object' ? outcome.claimed : won.has(outcome);
