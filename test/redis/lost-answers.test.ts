import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, codeOf, created, keyedEvent } from '../faults/harness.ts';
import { clientNames, describeRedis, mainClients } from '../support/redis.ts';
import type { Fault } from '../support/redis-fault-proxy.ts';
import { behindProxy, loadScripts } from './harness.ts';

const replayOf = (answer: Answer) => ({ ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } });

const losses: [string, Fault[]][] = [
  ['once', ['lose-answer']],
  ['twice', ['lose-answer', 'lose-answer']],
];

describeRedis('G284: on Redis', () => {
  beforeAll(loadScripts);

  describe.each(mainClients)('by %s', (client) => {
    describe.concurrent.each(losses)('an answer lost %s', (_name, faults) => {
      it('to a claim: the handler runs once, under attempt 1', async () => {
        const { proxy, keyed, record, events } = await behindProxy(client);
        const { call, runs } = keyed(({ idempotency }) => ({ statusCode: 201, body: String(idempotency.attempt) }));
        proxy.plan(faults);
        const first = await call(keyedEvent());
        expect(first).toEqual({ statusCode: 201, body: '1' });
        expect(await call(keyedEvent())).toEqual(replayOf(first));
        expect(runs()).toBe(1);
        expect(await record()).toEqual({ status: 'COMPLETED', attempt: 1 });
        expect(events()).toEqual(['claimed', 'completed', 'replayed']);
      });

      it('to a takeover: the handler runs as attempt 2, not 3', async () => {
        const { proxy, keyed, store, record } = await behindProxy(client);
        let nowMs = Date.now();
        const { call } = keyed(
          ({ idempotency }) => {
            if (idempotency.attempt === 1) nowMs += 3_600_000;
            return { statusCode: 201, body: String(idempotency.attempt) };
          },
          { store: { ...store, complete: () => Promise.reject(new Error('crashed')) }, now: () => nowMs },
        );
        await call(keyedEvent());
        proxy.plan(faults);
        expect(await call(keyedEvent())).toEqual({ statusCode: 201, body: '2' });
        expect(await record()).toEqual({ status: 'IN_PROGRESS', attempt: 2 });
      });

      it('to a completion: the caller gets its result, and a repeat the same', async () => {
        const { proxy, keyed, record, events } = await behindProxy(client);
        const { call, runs } = keyed();
        proxy.plan(['pass', ...faults]);
        const first = await call(keyedEvent());
        expect(await call(keyedEvent())).toEqual(replayOf(first));
        expect(runs()).toBe(1);
        expect(await record()).toEqual({ status: 'COMPLETED', attempt: 1 });
        expect(events()).toEqual(['claimed', 'completed', 'replayed']);
      });

      it('to a release: the caller gets the failure, and a repeat runs at once', async () => {
        const { proxy, keyed, record, events } = await behindProxy(client);
        const { call, runs } = keyed(() => {
          throw new RangeError('declined');
        });
        proxy.plan(['pass', ...faults]);
        await expect(call(keyedEvent())).rejects.toThrow(RangeError);
        expect(await record()).toEqual({ status: 'RELEASED', attempt: 1 });
        expect(events()).toEqual(['claimed', 'released']);
        await expect(call(keyedEvent())).rejects.toThrow(RangeError);
        expect(runs()).toBe(2);
      });

      it('to a release, before a newer request claims the key: the newer record stands', async () => {
        const { proxy, keyed, record, beside } = await behindProxy(client);
        const newer = keyed(created, { store: beside });
        const older = keyed(() => {
          throw new RangeError('declined');
        });
        proxy.plan([
          'pass',
          ...faults,
          async () => {
            await newer.call(keyedEvent());
            return 'pass';
          },
        ]);
        await expect(older.call(keyedEvent())).rejects.toThrow(RangeError);
        expect(await record()).toEqual({ status: 'COMPLETED', attempt: 2 });
      });

      it('to the consumption of a token: the handler runs once, and the token is used up', async () => {
        const { proxy, consuming, tokenEvent, events } = await behindProxy(client);
        const { call, runs } = consuming();
        const event = await tokenEvent();
        proxy.plan(faults);
        expect(await call(event)).toMatchObject({ statusCode: 201 });
        expect(codeOf(await call(event))).toBe('REPETITIVE_OPERATION');
        expect(runs()).toBe(1);
        expect(events()).toEqual(['token-consumed', 'finished', 'token-refused']);
      });

      it('to the claim, and the completion, of a retained token: it runs once', async () => {
        const { proxy, retaining, tokenEvent, record } = await behindProxy(client);
        const { call, runs } = retaining();
        const event = await tokenEvent();
        proxy.plan([...faults, 'pass', ...faults]);
        const first = await call(event);
        expect(await call(event)).toEqual(replayOf(first));
        expect(runs()).toBe(1);
        expect(await record()).toEqual({ status: 'COMPLETED', attempt: 1 });
      });

      it('to the release of a retained token: the token may be used again', async () => {
        const { proxy, retaining, tokenEvent, record, events } = await behindProxy(client);
        const { call } = retaining(() => ({ statusCode: events().length > 2 ? 201 : 502 }));
        const event = await tokenEvent();
        proxy.plan(['pass', ...faults]);
        expect(await call(event)).toEqual({ statusCode: 502 });
        expect(await record()).toEqual({ status: 'ISSUED', attempt: 1 });
        expect(await call(event)).toEqual({ statusCode: 201 });
      });

      it('to the issue of a token: another one is drawn, which is good', async () => {
        const { proxy, consuming, tokenEvent } = await behindProxy(client);
        proxy.plan(faults);
        expect(await consuming().call(await tokenEvent())).toMatchObject({ statusCode: 201 });
        expect(proxy.calls()).toBe(faults.length + 3);
      });

      it('to an undo, a resolution, a read: as if it had come', async () => {
        const { proxy, store } = await behindProxy(client);
        const id = crypto.randomUUID();
        const nowMs = Date.now();
        const expiresAtSeconds = Math.floor(nowMs / 1000) + 60;
        const claim = {
          id,
          owner: 'o',
          fingerprint: 'f',
          keyHash: 'h',
          nowMs,
          leaseExpiresAtMs: nowMs,
          expiresAtSeconds,
        };
        await store.claim({ ...claim, from: 'absent', takeOver: true });
        proxy.plan(faults);
        expect(await store.resolve({ id, nowMs, expiresAtSeconds })).toBe('resolved');
        proxy.plan(faults);
        await store.undo({ id, owner: 'late', from: 'absent', nowMs, expiresAtSeconds });
        expect(await store.claim({ ...claim, owner: 'late', from: 'absent', takeOver: true })).toMatchObject({
          claimed: false,
        });
        proxy.plan(faults);
        expect(await store.read({ id, nowMs, consistent: true })).toMatchObject({ status: 'RELEASED', attempt: 1 });
      });
    });

    it('a claim whose try may arrive again when its run has failed holds nothing', async () => {
      const { proxy, keyed, store, record } = await behindProxy(client);
      let claim: Parameters<typeof store.claim>[0] | undefined;
      const { call } = keyed(
        () => {
          throw new RangeError('declined');
        },
        {
          store: {
            ...store,
            claim: (request, signal) => {
              claim ??= request;
              return store.claim(request, signal);
            },
          },
        },
      );
      proxy.plan(['refuse']);
      await expect(call(keyedEvent())).rejects.toThrow(RangeError);
      if (claim) expect(await store.claim(claim)).toMatchObject({ claimed: false, record: { status: 'RELEASED' } });
      expect(await record()).toEqual({ status: 'RELEASED', attempt: 1 });
    });
  });

  it.each(clientNames)(
    'by %s: a server that was restarted, and knows no script, is given them again',
    async (client) => {
      const { proxy, keyed } = await behindProxy(client);
      const { call, runs } = keyed();
      proxy.plan([
        { error: 'NOSCRIPT No matching script. Please use EVAL.' },
        'pass',
        { error: 'NOSCRIPT No matching script.' },
      ]);
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      expect(await call(keyedEvent())).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
      expect(runs()).toBe(1);
    },
  );
});
