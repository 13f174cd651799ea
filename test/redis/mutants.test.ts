import fc from 'fast-check';
import { afterAll, expect, it, vi } from 'vitest';
import { redisStore } from '../../functions/idempotency/entries/redis.ts';
import { always } from '../races/check.ts';
import { racesInCI } from '../races/runs.ts';
import { blockingClient } from '../support/blocking-redis.ts';
import { describeRedis, sharedPort } from '../support/redis.ts';
import { type ScriptMutant, scriptMutants } from './script-mutants.ts';

vi.mock('node:timers/promises', () => import('../races/virtual-sleep.ts'));

/** One that is caught late is still caught; most are at once. */
const mutantRuns = 4000;

describeRedis('G282: the schedules catch a script that', () => {
  const { client, close } = blockingClient(sharedPort());
  afterAll(close);

  /** A server that has other scripts: it knows none by its hash. */
  const mutated = ({ of, replace: [found, by] }: ScriptMutant): typeof client => ({
    ...client,
    evalsha: async () => Promise.reject(new Error('NOSCRIPT No matching script.')),
    eval: async (text, keys, ...args) => {
      if (!text.startsWith(`local ${of}`)) return client.eval(text, keys, ...args);
      expect(text).toContain(found);
      return client.eval(text.replaceAll(found, by), keys, ...args);
    },
  });

  // One of them takes thousands of schedules, each over a socket.
  it.each(Object.entries(scriptMutants))('%s', { timeout: 180_000 }, async (_what, mutant) => {
    const { operations, property, limits = {}, afterCrash = 'rerun' } = mutant;
    const createStore = () => redisStore({ client: mutated(mutant), keyPrefix: `${crypto.randomUUID()}:` });
    for (const [name, operation] of Object.entries(operations)) {
      const check = always(property, { operation, createStore, afterCrash }, limits);
      const { failed } = await fc.check(check, { ...racesInCI, numRuns: mutantRuns });
      expect.soft(failed, name).toBe(true);
    }
  });
});
