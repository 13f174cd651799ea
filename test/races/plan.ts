import fc, { type Arbitrary } from 'fast-check';

/** What becomes of one request to the store. The SDK sends it again until it is answered, or gives up. */
export type Fate =
  | 'answered'
  /** Lost on the way there: not applied. */
  | 'request lost'
  /** Lost on the way back: applied. */
  | 'answer lost'
  /** Given up as lost, and applied some time after it was sent again. */
  | 'late'
  /** The SDK gives up on a request that was not applied, or on one that was. */
  | 'failed'
  | 'failed though applied'
  /** For transactions: cancelled, because another one holds an item. */
  | 'conflict';

export type Outcome = 'succeeds' | 'throws' | 'answers 500' | 'times out';

/** What an invocation asks of the store: first to be admitted, then to settle what came of it. */
export type Phase = 'admission' | 'settlement';

export type CrashPoint =
  | `before the ${Phase} is sent`
  | `while the ${Phase} travels`
  | `after the ${Phase} is applied`
  | 'in the handler'
  | 'after the effect';

export interface InvocationPlan {
  payload: 'mouse' | 'keyboard';
  outcome: Outcome;
  crash: CrashPoint | undefined;
  /** One for each request of that phase; further ones are answered. */
  fates: Record<Phase, readonly Fate[]>;
  /** How far its clock is ahead. */
  skewMs: number;
  /** How many turns of the others it arrives after, and how long after the turn before its own. */
  arrivesAfterTurns: number;
  arrivesAfterMs: number;
  /** How many turns of the others a late request of its takes, or one that it crashes after. */
  lateTurns: number;
}

export interface Plan {
  invocations: readonly InvocationPlan[];
  /** Steps of the clock, which fall anywhere between the invocations' own. */
  advancesMs: readonly number[];
  retentionSeconds: number;
}

/** Arrives at once, and nothing goes wrong with it. */
export const uneventful = {
  payload: 'mouse',
  outcome: 'succeeds',
  crash: undefined,
  fates: { admission: [], settlement: [] },
  skewMs: 0,
  arrivesAfterTurns: 0,
  arrivesAfterMs: 0,
  lateTurns: 0,
} as const satisfies InvocationPlan;

/** How long Lambda lets an invocation run. */
export const timeoutMs = 6000;

/** A lease outlives the invocation by this. */
export const leaseMarginMs = 1000;

export const leaseMs = timeoutMs + leaseMarginMs;

export const dayMs = 86_400_000;

const crashPoints: readonly CrashPoint[] = [
  'before the admission is sent',
  'while the admission travels',
  'after the admission is applied',
  'in the handler',
  'after the effect',
  'before the settlement is sent',
  'while the settlement travels',
  'after the settlement is applied',
];

export interface PlanLimits {
  payloads?: readonly InvocationPlan['payload'][];
  outcomes?: readonly Outcome[];
  fates?: readonly Fate[];
  crashes?: boolean;
  advancesMs?: readonly number[];
  retentionSeconds?: readonly number[];
  maxSkewMs?: number;
}

/** Anything that can happen. */
const anything = {
  payloads: ['mouse', 'keyboard'],
  outcomes: ['succeeds', 'throws', 'answers 500', 'times out'],
  fates: ['answered', 'request lost', 'answer lost', 'late', 'failed', 'failed though applied'],
  crashes: true,
  advancesMs: [leaseMs, timeoutMs, 60_000, leaseMs - 1, timeoutMs - 1, 2000, 1],
  retentionSeconds: [1, 30, dayMs / 1000],
  maxSkewMs: 0,
} as const satisfies PlanLimits;

/** Nobody crashes or is killed, and the SDK gets through in the end: what must then come out is exactly one effect. */
export const calm = {
  payloads: ['mouse'],
  outcomes: ['succeeds', 'throws', 'answers 500'],
  fates: ['answered', 'request lost', 'answer lost'],
  crashes: false,
  advancesMs: [1, 100],
  retentionSeconds: [dayMs / 1000],
} as const satisfies PlanLimits;

/** One owner after the other goes silent, and its requests arrive when the next has taken over: rare among everything else. */
const overtaking = {
  payloads: ['mouse'],
  outcomes: ['succeeds', 'throws'],
  fates: ['late', 'answered'],
  crashes: true,
  advancesMs: [leaseMs],
  retentionSeconds: [dayMs / 1000],
} as const satisfies PlanLimits;

export const plans = (limits: PlanLimits = {}): Arbitrary<Plan> =>
  fc.oneof(
    { arbitrary: plansWithin({ ...anything, ...limits }), weight: 2 },
    plansWithin({ ...anything, ...overtaking, ...limits }),
  );

const plansWithin = (limits: Required<PlanLimits>): Arbitrary<Plan> => {
  const { payloads, outcomes, fates, crashes, advancesMs, retentionSeconds, maxSkewMs } = limits;
  const oneOf = <Value>(values: readonly Value[]) => fc.constantFrom(...values);
  /** Any of them, the first one more often. */
  const mostly = <Value>(values: readonly Value[], weight: number) =>
    fc.oneof({ arbitrary: oneOf(values.slice(0, 1)), weight }, oneOf(values));
  const fateList = fc.array(mostly(fates, 1), { maxLength: 3 });
  const invocation: Arbitrary<InvocationPlan> = fc.record({
    payload: mostly(payloads, 3),
    outcome: mostly(outcomes, 2),
    crash: mostly([undefined, ...(crashes ? crashPoints : [])], 2),
    fates: fc.record({ admission: fateList, settlement: fateList }),
    arrivesAfterTurns: fc.integer({ min: 0, max: 8 }),
    arrivesAfterMs: mostly([0, ...advancesMs], 1),
    lateTurns: fc.integer({ min: 0, max: 16 }),
    skewMs: maxSkewMs ? fc.integer({ min: 0, max: maxSkewMs }) : fc.constant(0),
  });
  return fc.record({
    invocations: fc.array(invocation, { minLength: 2, maxLength: 5, size: 'max' }),
    advancesMs: fc.array(oneOf(advancesMs), { maxLength: 4 }),
    retentionSeconds: oneOf(retentionSeconds),
  });
};
