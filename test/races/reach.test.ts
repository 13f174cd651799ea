import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { durable, keyed, type ProtectedOperation } from './operations.ts';
import { type PlanLimits, plans } from './plan.ts';
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
  'a claim that is undone': (trace) =>
    momentsOf(trace, 'applied').some(({ verb, before }) => verb === 'undo' && before?.status === 'IN_PROGRESS'),
  'a takeover that is undone': (trace) =>
    momentsOf(trace, 'applied').some(
      ({ verb, before, after }) => verb === 'undo' && before?.previous === 'crashed' && after?.owner === undefined,
    ),
  'a late claim that was undone before': (trace) =>
    momentsOf(trace, 'applied').some(
      ({ verb, outcome, before }) =>
        verb === 'claim' && typeof outcome === 'object' && !outcome.claimed && before?.attempt === 0,
    ),
  'a run after a failure': (trace) => momentsOf(trace, 'started').some(({ previous }) => previous === 'failed'),
  'a run after a crash': (trace) => momentsOf(trace, 'started').some(({ previous }) => previous === 'crashed'),
  'a record that has expired and is claimed anew': (trace) =>
    momentsOf(trace, 'applied').some(
      ({ before, after }) => before?.status === 'COMPLETED' && after?.status === 'IN_PROGRESS',
    ),
};

/** The same, of executions whose tries follow each other, and of operators. */
const ofExecutions: typeof situations = {
  'an earlier claim that is resumed': (trace) =>
    momentsOf(trace, 'applied').some(
      ({ before, after }) => before?.fence && before.owner === after?.owner && before.fence !== after?.fence,
    ),
  'a completion of a try that has been followed': (trace) =>
    momentsOf(trace, 'applied').some(
      (applied) => applied.verb === 'complete' && !isWon(applied) && applied.before?.owner === applied.request.owner,
    ),
  'an undo of a try that has been followed': (trace) =>
    momentsOf(trace, 'applied').some(
      ({ verb, request, before }) =>
        verb === 'undo' && before?.claimedBy === request.fence && before?.fence !== request.fence,
    ),
  'another execution that is refused meanwhile': (trace) => statusCodes(trace).includes(409),
};

const ofOperators: typeof situations = {
  'an operation that was done': (trace) => isResolved(trace, 'COMPLETED'),
  'an operation that was not done': (trace) => isResolved(trace, 'RELEASED'),
  'an operation that still runs': (trace) =>
    momentsOf(trace, 'applied').some(({ verb, outcome }) => verb === 'resolve' && outcome === 'busy'),
};

const isResolved = (trace: Trace, status: string): boolean =>
  momentsOf(trace, 'applied').some(
    ({ verb, outcome, after }) => verb === 'resolve' && outcome === 'resolved' && after?.status === status,
  );

const statusCodes = (trace: Trace): number[] => momentsOf(trace, 'answered').map(({ answer }) => answer.statusCode);

const isRepeated = (trace: Trace, verb: 'claim' | 'complete'): boolean => {
  const won = momentsOf(trace, 'applied').filter((applied) => applied.verb === verb && isWon(applied));
  return new Set(won.map(({ invocation }) => invocation)).size < won.length;
};

it.each<[what: string, typeof situations, ProtectedOperation, PlanLimits]>([
  ['requests', situations, keyed, {}],
  ['durable executions', ofExecutions, durable, { executions: [1, 2] }],
  ['operators', ofOperators, keyed, { findings: ['was done', 'was not done'] }],
])(
  'the schedules that CI tries get %s into every situation that matters',
  { timeout: raceTimeoutMs },
  async (_what, wanted, operation, limits) => {
    const reached = new Map(Object.keys(wanted).map((situation) => [situation, 0]));
    const count = fc.asyncProperty(fc.scheduler(), plans(limits), async (scheduler, plan) => {
      const { run } = await createScenario(scheduler, plan, { operation });
      const trace = await run();
      for (const [situation, isReached] of Object.entries(wanted)) {
        if (isReached(trace)) reached.set(situation, (reached.get(situation) ?? 0) + 1);
      }
    });
    await fc.assert(count, racesInCI);
    const rare = [...reached].filter(([, schedules]) => schedules < 2);
    expect(rare, JSON.stringify(Object.fromEntries(reached))).toEqual([]);
  },
);
