import { NotTried } from '../not-tried.ts';
import type { Target } from '../target/target.ts';
import { probeConcurrent, probeRunning } from './concurrent.ts';
import { probeFailure } from './failure.ts';
import { type FirstSeen, probeFirst } from './first.ts';
import { probeKeyCase, probeLongKeys, probeMalformedKey, probeWithoutKey } from './keys.ts';
import { probeOtherCaller } from './other-caller.ts';
import { probeOtherPayload } from './other-payload.ts';
import { probePreflight } from './preflight.ts';
import { probeReordered, probeRepeat } from './repeat.ts';
import { probeSafeMethods } from './safe-methods.ts';
import { probeWindow } from './window.ts';

/** What is tried at the target, in this order, each with operations of its own. */
const probes = {
  repeat: probeRepeat,
  reordered: probeReordered,
  withoutKey: probeWithoutKey,
  malformedKey: probeMalformedKey,
  longKeys: probeLongKeys,
  keyCase: probeKeyCase,
  otherPayload: probeOtherPayload,
  concurrent: probeConcurrent,
  running: probeRunning,
  failure: probeFailure,
  otherCaller: probeOtherCaller,
  safeMethods: probeSafeMethods,
  preflight: probePreflight,
  window: probeWindow,
};

type Probes = typeof probes;

export type ProbeName = keyof Probes;

/** What was seen, by the name of the probe; of one that could not be tried, why. */
export type Seen = { first: FirstSeen } & { [Name in ProbeName]: Awaited<ReturnType<Probes[Name]>> | NotTried };

/** @throws {OperatorError} when not even the request itself is done */
export const probeAll = async (target: Target): Promise<Seen> => {
  const first = await probeFirst(target);
  const seen: Record<string, unknown> = { first };
  for (const [name, probe] of Object.entries(probes)) {
    seen[name] = await attempt(() => probe(target));
  }
  return seen as Seen;
};

const attempt = async (probe: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await probe();
  } catch (error) {
    if (error instanceof NotTried) return error;
    throw error;
  }
};
