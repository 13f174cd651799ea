import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineKind } from '../../infra/local/engine-command.ts';
import { check } from './checker.ts';
import { drawFrom } from './draw.ts';
import { type ClientKind, recordEntries, type StoreKind } from './entry-points.ts';
import type { ChaosProxy } from './faults/chaos-proxy.ts';
import type { FaultKind } from './faults/fault-kinds.ts';
import { type ScheduledPhase, schedule } from './faults/phases.ts';
import { createRecorder, type FinalState, type History, type HistoryLine } from './history/history.ts';
import { createCallers } from './load/callers.ts';
import { createInvoker } from './load/invoker.ts';
import { planInvocation, usualLoad } from './load/load.ts';
import { createTokenIssuer } from './load/token-issuer.ts';
import { plantOf } from './plants/plants.ts';
import type { Violation } from './rules/violation.ts';
import { createFleet } from './workers/fleet.ts';

export interface TortureOptions {
  seconds: number;
  seed: number;
  engine?: EngineKind | undefined;
  store: StoreKind;
  clients: readonly ClientKind[];
  plant?: string | undefined;
  /** Ends everything soon, without a verdict. */
  signal?: AbortSignal | undefined;
}

export interface Stage {
  /** What lies in the tables in the end. */
  readFinal(lines: readonly HistoryLine[]): Promise<FinalState>;
  proxy: ChaosProxy;
  /** A folder. */
  compileCache: string;
}

/** What a phase brought. */
export interface PhaseCount extends ScheduledPhase {
  lines: number;
  faults: number;
  kills: number;
}

export interface Performance {
  history: History;
  violations: readonly Violation[];
  phases: readonly PhaseCount[];
  faults: ReadonlyMap<FaultKind, number>;
  requests: number;
  kills: number;
  seconds: number;
}

/** Long enough for every handler that outlives its lease. */
const handlersEndMs = 4500;

const longestSettlingMs = 60_000;

/** The phases of faults, the settling, and the verdict; `undefined` when it was interrupted. */
export const perform = async (options: TortureOptions, stage: Stage): Promise<Performance | undefined> => {
  const {
    seconds,
    seed,
    store,
    clients,
    plant: plantName,
    signal: interrupted = new AbortController().signal,
  } = options;
  const { readFinal, proxy, compileCache } = stage;
  const plant = plantOf(plantName);
  const load = { ...usualLoad, ...plant?.load };
  const recorder = createRecorder();
  const fleet = createFleet({ seed, clients, plant: plantName, endpoint: proxy.endpoint, compileCache, recorder });
  const stop = new AbortController();
  const planDraw = drawFrom(seed, 'plans');
  let killFactor = 1;

  const tokens = await createTokenIssuer(proxy.endpoint, clients, drawFrom(seed, 'tokens'));
  const callers = createCallers({
    invoke: createInvoker({ fleet, recorder, draw: drawFrom(seed, 'kills') }),
    issueToken: tokens.issue,
    plan: () => planInvocation({ ...load, killed: Math.min(0.5, load.killed * killFactor) }, planDraw),
    draw: drawFrom(seed, 'callers'),
    entries: store === 'redis' ? recordEntries : plant?.entries,
    signal: AbortSignal.any([stop.signal, interrupted]),
  });

  const faultCount = () => [...proxy.faults.values()].reduce((sum, count) => sum + count, 0);

  const playPhases = async (): Promise<PhaseCount[]> => {
    const counts: PhaseCount[] = [];
    for (const phase of schedule(seconds * 1000, drawFrom(seed, 'phases'))) {
      const before = { lines: recorder.lines.length, faults: faultCount(), kills: fleet.kills };
      proxy.setRates(phase.rates);
      killFactor = phase.kills;
      await sleep(phase.toMs - phase.fromMs, undefined, { signal: interrupted });
      counts.push({
        ...phase,
        lines: recorder.lines.length - before.lines,
        faults: faultCount() - before.faults,
        kills: fleet.kills - before.kills,
      });
    }
    return counts;
  };

  const untilQuiet = async (): Promise<void> => {
    await proxy.drained();
    const limit = recorder.now() + handlersEndMs;
    while (fleet.isBusy() && recorder.now() < limit) await sleep(50, undefined, { signal: interrupted });
  };

  const play = async (): Promise<Performance> => {
    // The clock starts when somebody can serve.
    fleet.giveBack(await fleet.take());
    const running = callers.run();
    const phases = await playPhases();
    stop.abort();
    proxy.setRates({});
    await running;
    await untilQuiet();
    const limit = recorder.now() + longestSettlingMs;
    await callers.settle(() => recorder.now() > limit);
    if (recorder.now() > limit) throw new Error('settling took too long');
    const kills = fleet.kills;
    await fleet.close();
    const history = { lines: recorder.lines, final: await readFinal(recorder.lines) };
    return {
      history,
      violations: check(history),
      phases,
      faults: proxy.faults,
      requests: proxy.requests,
      kills,
      seconds: recorder.now() / 1000,
    };
  };

  const interruption = Promise.withResolvers<undefined>();
  const onInterrupt = () => interruption.resolve(undefined);
  interrupted.addEventListener('abort', onInterrupt);
  try {
    const played = play();
    played.catch(() => undefined);
    return await Promise.race([played, interruption.promise, fleet.failure]);
  } finally {
    tokens.close();
    await fleet.close();
  }
};
