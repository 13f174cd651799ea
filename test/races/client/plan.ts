import fc, { type Arbitrary } from 'fast-check';

/** What becomes of one try between the client and the function. */
export type NetworkFate =
  | 'fine'
  /** The connection breaks before the function is called; when its answer is on the way; in the middle of that. */
  | 'request lost'
  | 'answer lost'
  | 'answer cut'
  /** The connection breaks, and the request arrives later. */
  | 'late'
  /** Neither the answer nor an error ever comes. */
  | 'no answer'
  /** Answered by what stands before the function. */
  | 'throttled'
  | 'bad gateway'
  | 'unauthorized';

/** What comes of one run of the handler. */
export type RunFate =
  | 'pays'
  | 'declines'
  /** Answers that it has not acted upon the request. */
  | 'finds it invalid'
  | 'throws'
  | 'dies'
  | 'dies when it has paid'
  | 'takes long';

/** A page that is opened, calls for the payment, and may be closed before the answer has come. */
export interface Visit {
  afterMs: number;
  /** How long the page is open; `undefined`: until the end. */
  openMs: number | undefined;
  payload: 'mouse' | 'keyboard';
}

export interface Plan {
  /** The visits of each tab, one after the other. All tabs share what the browser stores. */
  tabs: readonly (readonly Visit[])[];
  /** One for each try, in the order in which they are made; those that come after are fine. */
  network: readonly NetworkFate[];
  /** One for each run; those that come after pay. */
  runs: readonly RunFate[];
  retentionSeconds: number;
  seed: number;
}

export interface PlanLimits {
  network?: readonly NetworkFate[];
  runs?: readonly RunFate[];
  payloads?: readonly Visit['payload'][];
  gapsMs?: readonly number[];
  retentionSeconds?: readonly number[];
  maxTabs?: number;
}

const hourMs = 3_600_000;

const anything = {
  network: [
    'fine',
    'request lost',
    'answer lost',
    'answer cut',
    'late',
    'no answer',
    'throttled',
    'bad gateway',
    'unauthorized',
  ],
  runs: ['pays', 'declines', 'finds it invalid', 'throws', 'dies', 'dies when it has paid', 'takes long'],
  payloads: ['mouse', 'keyboard'],
  gapsMs: [0, 100, 3000, 120_000, 2 * hourMs, 25 * hourMs],
  retentionSeconds: [60, 3600, 86_400],
  maxTabs: 3,
} as const satisfies PlanLimits;

/** The server remembers longer than anybody stays away, and all tabs ask for the same. */
export const remembered = {
  payloads: ['mouse'],
  gapsMs: [0, 100, 3000, 120_000, 2 * hourMs],
  retentionSeconds: [86_400],
} as const satisfies PlanLimits;

/** Besides, nobody else answers for the function, and it finds nothing wrong. */
export const noDoubt = {
  ...remembered,
  network: anything.network.filter((fate) => fate !== 'unauthorized'),
  runs: ['pays', 'throws', 'dies', 'dies when it has paid', 'takes long'],
} as const satisfies PlanLimits;

/** Any of them, the first one more often. */
const mostly = <Value>(values: readonly Value[], weight: number): Arbitrary<Value> =>
  fc.oneof({ arbitrary: fc.constantFrom(...values.slice(0, 1)), weight }, fc.constantFrom(...values));

export const plans = (limits: PlanLimits = {}): Arbitrary<Plan> => {
  const { network, runs, payloads, gapsMs, retentionSeconds, maxTabs } = { ...anything, ...limits };
  const visit = fc.record({
    afterMs: mostly(gapsMs, 1),
    openMs: mostly([undefined, 50, 400, 2000, 20_000], 1),
    payload: mostly(payloads, 3),
  });
  return fc.record({
    tabs: fc.array(fc.array(visit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: maxTabs, size: 'max' }),
    network: fc.array(mostly(network, 1), { maxLength: 6, size: 'max' }),
    runs: fc.array(mostly(runs, 1), { maxLength: 4, size: 'max' }),
    retentionSeconds: fc.constantFrom(...retentionSeconds),
    seed: fc.nat(),
  });
};
