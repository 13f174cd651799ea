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
  /** Or on one that is applied some time after. */
  | 'failed and late'
  /** For transactions: cancelled, because another one holds an item. */
  | 'conflict';

export type Outcome =
  | 'succeeds'
  | 'throws'
  | 'answers 500'
  /** The request was not acted upon. */
  | 'answers 422'
  /** It has had its effect, but does not know. */
  | 'cannot tell'
  | 'times out';

/** What an operator finds out who looks at an operation that went silent. */
export type Finding = 'was done' | 'was not done';

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
  /** Which durable execution it is a try of. */
  execution: number | undefined;
  /** For whoever sends no request, but resolves the operation. */
  finding: Finding | undefined;
}

export interface Plan {
  invocations: readonly InvocationPlan[];
  /** Of the tries to issue a token. */
  issueFates: readonly Fate[];
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
  execution: undefined,
  finding: undefined,
} as const satisfies InvocationPlan;

/** How long Lambda lets an invocation run. */
export const timeoutMs = 6000;

/** A lease outlives the invocation by this. */
export const leaseMarginMs = 1000;

export const leaseMs = timeoutMs + leaseMarginMs;

/** How long a durable execution holds its claim: several of its tries. */
export const durableLeaseMs = 20_000;

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
  /** Where they differ from those of admissions. */
  settlementFates?: readonly Fate[];
  crashes?: boolean;
  advancesMs?: readonly number[];
  retentionSeconds?: readonly number[];
  maxSkewMs?: number;
  executions?: readonly number[];
  findings?: readonly Finding[];
}

export const allFates = [
  'answered',
  'request lost',
  'answer lost',
  'late',
  'failed',
  'failed though applied',
  'failed and late',
] as const satisfies readonly Fate[];

/** Anything that can happen to plain requests. */
const anything = {
  payloads: ['mouse', 'keyboard'],
  outcomes: ['succeeds', 'throws', 'answers 500', 'answers 422', 'cannot tell', 'times out'],
  fates: allFates,
  crashes: true,
  advancesMs: [leaseMs, timeoutMs, 60_000, leaseMs - 1, timeoutMs - 1, 2000, 1],
  retentionSeconds: [1, 30, dayMs / 1000],
  maxSkewMs: 0,
  executions: [],
  findings: [],
} as const satisfies PlanLimits;

/** Nobody crashes or is killed, and the SDK gets through in the end: what must then come out is exactly one effect. */
export const calm = {
  payloads: ['mouse'],
  outcomes: ['succeeds', 'throws', 'answers 500', 'answers 422'],
  fates: ['answered', 'request lost', 'answer lost', 'late'],
  crashes: false,
  advancesMs: [1, 100],
  retentionSeconds: [dayMs / 1000],
} as const satisfies PlanLimits;

/** One owner after the other goes silent, and its requests arrive when the next has taken over: rare among everything else. */
export const overtaking = {
  payloads: ['mouse'],
  outcomes: ['throws', 'succeeds'],
  fates: ['late', 'answered'],
  crashes: true,
  advancesMs: [leaseMs],
  retentionSeconds: [dayMs / 1000],
} as const satisfies PlanLimits;

/** Claims that nobody hears of, and that are taken back: of an operation that is free, that failed, or whose owner went silent. */
const givingUp = {
  payloads: ['mouse'],
  outcomes: ['succeeds', 'throws'],
  fates: ['answered', 'failed though applied', 'failed and late'],
  settlementFates: ['failed and late', 'answered', 'late'],
  crashes: true,
  advancesMs: [leaseMs],
  retentionSeconds: [dayMs / 1000],
} as const satisfies PlanLimits;

/** One after the other, or one beside the other, without much else. */
export const crowded = {
  outcomes: ['throws', 'succeeds', 'answers 422', 'cannot tell'],
  fates: ['answered', 'late'],
  crashes: false,
  advancesMs: [1, 2000],
  retentionSeconds: [dayMs / 1000],
} as const satisfies PlanLimits;

export const plans = (limits: PlanLimits = {}): Arbitrary<Plan> => {
  const given = limits.fates ? { settlementFates: limits.fates, ...limits } : limits;
  return fc.oneof(
    { arbitrary: plansWithin({ ...anything, ...given }), weight: 2 },
    ...[overtaking, givingUp, crowded].map((rare) => plansWithin({ ...anything, ...rare, ...given })),
  );
};

type AllLimits = Required<Omit<PlanLimits, 'settlementFates'>> & Pick<PlanLimits, 'settlementFates'>;

const plansWithin = (limits: AllLimits): Arbitrary<Plan> => {
  const { payloads, outcomes, fates, crashes, advancesMs, retentionSeconds, maxSkewMs, executions, findings } = limits;
  const oneOf = <Value>(values: readonly Value[]) => fc.constantFrom(...values);
  /** Any of them, the first one more often. */
  const mostly = <Value>(values: readonly Value[], weight: number) =>
    fc.oneof({ arbitrary: oneOf(values.slice(0, 1)), weight }, oneOf(values));
  const fateList = (of: readonly Fate[]) => fc.array(mostly(of, 1), { maxLength: 3 });
  const invocation: Arbitrary<InvocationPlan> = fc.record({
    payload: mostly(payloads, 3),
    outcome: mostly(outcomes, 2),
    crash: mostly([undefined, ...(crashes ? crashPoints : [])], 2),
    fates: fc.record({ admission: fateList(fates), settlement: fateList(limits.settlementFates ?? fates) }),
    arrivesAfterTurns: fc.integer({ min: 0, max: 8 }),
    arrivesAfterMs: mostly([0, ...advancesMs], 1),
    lateTurns: fc.integer({ min: 0, max: 16 }),
    skewMs: maxSkewMs ? fc.integer({ min: 0, max: maxSkewMs }) : fc.constant(0),
    execution: executions.length > 0 ? mostly(executions, 1) : fc.constant(undefined),
    finding: findings.length > 0 ? mostly([undefined, ...findings], 2) : fc.constant(undefined),
  });
  return fc.record({
    invocations: fc.array(invocation, { minLength: 2, maxLength: 5, size: 'max' }),
    advancesMs: fc.array(oneOf(advancesMs), { maxLength: 4 }),
    retentionSeconds: oneOf(retentionSeconds),
    issueFates: fateList(fates.filter((fate) => !fate.startsWith('failed'))),
  });
};
