import type { Draw } from '../draw.ts';
import type { FaultRates } from './fault-kinds.ts';

export interface Phase {
  name: string;
  rates: FaultRates;
  /** How much oftener than usual processes are killed. */
  kills: number;
}

const calm: Phase = { name: 'calm', rates: {}, kills: 0.3 };

/** In the order in which a run without a seed would have them. */
const troubles: readonly Phase[] = [
  { name: 'lost answers', rates: { 'lose-answer': 0.25, reset: 0.1 }, kills: 1 },
  { name: 'dropped', rates: { refuse: 0.3, hang: 0.03 }, kills: 1 },
  { name: 'late', rates: { delay: 0.2, swallow: 0.05, hang: 0.05 }, kills: 1 },
  { name: 'throttled', rates: { throttle: 0.3, conflict: 0.15 }, kills: 1 },
  { name: 'failing', rates: { 'error-before': 0.15, 'error-after': 0.15 }, kills: 1 },
  { name: 'kills', rates: { 'lose-answer': 0.03 }, kills: 4 },
  { name: 'down', rates: { refuse: 0.5, hang: 0.2, 'error-before': 0.25 }, kills: 0.3 },
  {
    name: 'everything',
    rates: {
      refuse: 0.05,
      'lose-answer': 0.08,
      reset: 0.05,
      delay: 0.08,
      swallow: 0.04,
      hang: 0.03,
      throttle: 0.05,
      conflict: 0.03,
      'error-before': 0.04,
      'error-after': 0.06,
    },
    kills: 2,
  },
];

export interface ScheduledPhase extends Phase {
  fromMs: number;
  toMs: number;
}

const longestPhaseMs = 3000;

/** Every trouble at least once, each followed by a calm of half its length, so that there is progress. */
export const schedule = (totalMs: number, draw: Draw): ScheduledPhase[] => {
  const troubleMs = Math.min(longestPhaseMs, totalMs / troubles.length / 1.5);
  const rounds = Math.max(1, Math.round(totalMs / troubles.length / 1.5 / troubleMs));
  const phases = Array.from({ length: rounds }, () => draw.shuffled(troubles))
    .flat()
    .flatMap((trouble) => [
      { ...trouble, lengthMs: troubleMs },
      { ...calm, lengthMs: troubleMs / 2 },
    ]);
  const scale = totalMs / phases.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  let atMs = 0;
  return phases.map(({ lengthMs, ...phase }) => {
    const fromMs = atMs;
    atMs += lengthMs * scale;
    return { ...phase, fromMs, toMs: atMs };
  });
};
