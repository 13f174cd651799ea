import type { Draw } from '../draw.ts';
import type { RunPlan } from '../workers/messages.ts';

/** How often an invocation goes wrong by itself, besides what the proxy does to it. */
export interface Load {
  throwsBefore: number;
  throwsAfter: number;
  answers500: number;
  /** Not acted upon. */
  answers422: number;
  /** Has its effect, and says that it does not know. */
  cannotTell: number;
  callbacksThrow: number;
  /** Asks for another amount under the same key. */
  otherAmount: number;
  /** Goes on beyond its lease, and is not killed at its deadline. */
  outlives: number;
  /** Killed at a random time. */
  killed: number;
}

export const usualLoad: Load = {
  throwsBefore: 0.06,
  throwsAfter: 0.06,
  answers500: 0.06,
  answers422: 0.05,
  cannotTell: 0.02,
  callbacksThrow: 0.05,
  otherAmount: 0.03,
  outlives: 0.02,
  killed: 0.06,
};

const usualAmount = 5;
const otherAmount = 5000;

/** Beyond the deadline a lease lasts a second, and clocks are apart. */
const beyondLeaseMs = 1700;

export const longestDeadlineMs = 2000;

export interface InvocationPlan {
  run: RunPlan;
  amount: number;
  timeoutMs: number;
  outlives: boolean;
  killed: boolean;
}

export const planInvocation = (load: Load, draw: Draw): InvocationPlan => {
  const ending = draw.weighted({
    'throws before': load.throwsBefore,
    'throws after': load.throwsAfter,
    'answers 500': load.answers500,
    'answers 422': load.answers422,
    'cannot tell': load.cannotTell,
  });
  const timeoutMs = draw.between(300, longestDeadlineMs);
  const outlives = draw.chance(load.outlives);
  const workMs = draw.chance(0.1) ? draw.between(50, 400) : draw.between(0, 20);
  return {
    run: {
      ending: ending ?? 'returns',
      workMs: outlives ? timeoutMs + beyondLeaseMs + workMs : workMs,
      fillerLength: draw.chance(0.1) ? 3000 : 0,
      // Else nobody would be told that the handler does not know.
      callbacksThrow: draw.chance(load.callbacksThrow) && ending !== 'cannot tell',
    },
    amount: draw.chance(load.otherAmount) ? otherAmount : usualAmount,
    timeoutMs,
    outlives,
    killed: !outlives && draw.chance(load.killed),
  };
};

/** Everything goes well. */
export const settlingPlan: InvocationPlan = {
  run: { ending: 'returns', workMs: 0, fillerLength: 0, callbacksThrow: false },
  amount: usualAmount,
  timeoutMs: 5000,
  outlives: false,
  killed: false,
};
