import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { keyed } from './operations.ts';
import { plans } from './plan.ts';
import { racesInCI, raceTimeoutMs } from './runs.ts';
import { createScenario } from './scenario.ts';
import { isWon, momentsOf, type Trace } from './trace.ts';

vi.mock('node:timers/promises', () => import('./virtual-sleep.ts'));

/** What a schedule has to get to for the properties to say anything. */
const situations: Record<string, (trace: Trace) => boolean> = {
  'a crash': (trace) => momentsOf(trace, 'crashed').length > 0,
  'a takeover': (trace) =>
    momentsOf(trace, 'applied').some(
      ({ before, after }) => before?.status === 'IN_PROGRESS' && after !== undefined && after.owner !== before.owner,
    ),
  'a replay': (trace) =>
    momentsOf(trace, 'answered').some(({ answer }) => answer.headers?.['idempotent-replayed'] === 'true'),
  'an operation in progress': (trace) => statusCodes(trace).includes(409),
  'another payload': (trace) => statusCodes(trace).includes(422),
  'a store that is out of reach': (trace) => statusCodes(trace).includes(503),
  'a completion that comes too late': (trace) =>
    momentsOf(trace, 'applied').some((applied) => applied.verb === 'complete' && !isWon(applied)),
  'a release that comes too late': (trace) =>
    momentsOf(trace, 'applied').some((applied) => applied.verb === 'release' && !isWon(applied)),
  'a claim repeated after it was won': (trace) => isRepeated(trace, 'claim'),
  'a completion repeated after it was won': (trace) => isRepeated(trace, 'complete'),
  'a second execution after a failure': (trace) => momentsOf(trace, 'started').length > 1,
  'a record that has expired and is claimed anew': (trace) =>
    momentsOf(trace, 'applied').some(
      ({ before, after }) => before?.status === 'COMPLETED' && after?.status === 'IN_PROGRESS',
    ),
};

const statusCodes = (trace: Trace): number[] => momentsOf(trace, 'answered').map(({ answer }) => answer.statusCode);

const isRepeated = (trace: Trace, verb: 'claim' | 'complete'): boolean => {
  const won = momentsOf(trace, 'applied').filter((applied) => applied.verb === verb && isWon(applied));
  return new Set(won.map(({ invocation }) => invocation)).size < won.length;
};

it('the schedules that CI tries get into every situation that matters', { timeout: raceTimeoutMs }, async () => {
  const reached = new Map(Object.keys(situations).map((situation) => [situation, 0]));
  const count = fc.asyncProperty(fc.scheduler(), plans(), async (scheduler, plan) => {
    const { run } = await createScenario(scheduler, plan, { operation: keyed });
    const trace = await run();
    for (const [situation, isReached] of Object.entries(situations)) {
      if (isReached(trace)) reached.set(situation, (reached.get(situation) ?? 0) + 1);
    }
  });
  await fc.assert(count, racesInCI);
  const rare = [...reached].filter(([, schedules]) => schedules < 3);
  expect(rare, JSON.stringify(Object.fromEntries(reached))).toEqual([]);
});
