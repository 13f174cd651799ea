import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf, endingIn, eventually, inTime, keyedEvent } from '../faults/harness.ts';
import { clientNames, describeRedis, mainClients } from '../support/redis.ts';
import { behindProxy, loadScripts } from './harness.ts';

const refusal503 = { statusCode: 503, headers: { 'retry-after': '1' } };

describeRedis('on Redis', () => {
  beforeAll(loadScripts);

  describe.concurrent.each(clientNames)('by %s', (client) => {
    it('G285: a server that does not answer is STORE_UNAVAILABLE in time, and nothing has run', async () => {
      const { proxy, keyed, events } = await behindProxy(client);
      const { call, runs } = keyed();
      proxy.plan([], 'hang');
      const context = endingIn(1500);
      const refused = await inTime(call(keyedEvent(), context), context);
      expect(refused).toMatchObject(refusal503);
      expect(codeOf(refused)).toBe('STORE_UNAVAILABLE');
      expect(runs()).toBe(0);
      expect(events()).toEqual(['store-unavailable']);
    });

    it('G285: it waits no longer than it was told, however much time the invocation has', async () => {
      const { proxy, keyed } = await behindProxy(client, { timeoutMs: 200 });
      const { call, runs } = keyed();
      proxy.plan([], 'hang');
      const context = endingIn(5000);
      expect(await inTime(call(keyedEvent(), endingIn(600_000)), context)).toMatchObject(refusal503);
      expect(runs()).toBe(0);
    });

    it('G285: nobody there is STORE_UNAVAILABLE, and a retry runs as soon as somebody is', async () => {
      const { proxy, keyed } = await behindProxy(client, { timeoutMs: 500 });
      const { call, runs } = keyed();
      proxy.setDown(true);
      expect(await call(keyedEvent())).toMatchObject(refusal503);
      expect(runs()).toBe(0);
      proxy.setDown(false);
      await eventually(async () => expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 }));
      expect(runs()).toBe(1);
    });

    it.each([
      ['OOM command not allowed when used memory > maxmemory.', 'give it more memory', true],
      ['READONLY You can’t write against a read only replica.', 'connect to the primary', true],
      ['NOAUTH Authentication required.', 'user and a password', false],
      ['NOPERM this user has no permissions to run the command', 'EVALSHA and EVAL', false],
      ['MOVED 1 10.0.0.1:6379', 'cluster client', false],
    ])('G285: "%s" is told with its cure', async (error, cure, retryable) => {
      const { proxy, store } = await behindProxy(client, { timeoutMs: 2000 });
      proxy.plan([], { error });
      const read = store.read({ id: 'none', nowMs: Date.now(), consistent: true });
      await expect(read).rejects.toMatchObject({
        name: 'StoreError',
        retryable,
        message: expect.stringContaining(cure),
      });
    });
  });

  describe.concurrent.each(mainClients)('by %s', (client) => {
    it('G285: a token that could not be sent for is still good', async () => {
      const { proxy, store, consuming, tokenEvent } = await behindProxy(client, { timeoutMs: 500 });
      const { call, runs } = consuming();
      const event = await tokenEvent();
      proxy.setDown(true);
      // By this the client learns of the break.
      await expect(store.read({ id: 'none', nowMs: Date.now(), consistent: true })).rejects.toThrow();
      expect(await call(event, endingIn(1500))).toMatchObject(refusal503);
      expect(runs()).toBe(0);
      proxy.setDown(false);
      await eventually(async () => expect(await call(event)).toMatchObject({ statusCode: 201 }));
      expect(runs()).toBe(1);
    });

    it('G285: a token that may have been used up is not called safe to repeat', async () => {
      const { proxy, consuming, tokenEvent, events } = await behindProxy(client, { timeoutMs: 300 });
      const { call, runs } = consuming();
      const event = await tokenEvent();
      proxy.plan([], 'swallow-answer');
      expect(codeOf(await call(event, endingIn(1500)))).toBe('OUTCOME_UNKNOWN');
      expect(events()).toEqual(['outcome-unknown']);
      expect(runs()).toBe(0);
    });

    it('G285: a claim that was applied unseen is given back', async () => {
      // Enough for a client that waits longer before each new connection.
      const { proxy, keyed, record } = await behindProxy(client, { timeoutMs: 3000 });
      const { call, runs } = keyed();
      proxy.plan(['lose-answer', 'lose-answer', 'lose-answer'], 'pass');
      const first = await call(keyedEvent());
      if (first.statusCode === 503) {
        await eventually(async () => expect(await record()).toEqual({ status: 'RELEASED', attempt: 0 }));
        expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      }
      expect(runs()).toBe(1);
    });

    it('G285: a completion that nobody answers is tried again until it is there', async () => {
      const { proxy, keyed, events } = await behindProxy(client, { timeoutMs: 300 });
      const { call, runs } = keyed();
      proxy.plan(['pass', 'refuse', 'hang', 'refuse']);
      const first = await call(keyedEvent());
      expect(first.statusCode).toBe(201);
      await eventually(async () => expect(await call(keyedEvent())).toMatchObject({ body: first.body }));
      expect(runs()).toBe(1);
      expect(events().slice(0, 2)).toEqual(['claimed', 'completed']);
    });
  });
});
