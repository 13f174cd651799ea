import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { uniqueIndex, type WritesContext } from '../../functions/idempotency/entries/main.ts';
import { refusedWith } from '../../infra/local/faults/fault.ts';
import { barrier } from '../support/barrier.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import type { Fault } from '../support/fault-proxy.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { behindProxy, clockOfRequest, codeOf, created, endingIn, eventually, inTime, keyedEvent } from './harness.ts';

const refusal503 = { statusCode: 503, headers: { 'retry-after': '1' } };
const lostThrice: Fault[] = ['lose-answer', 'lose-answer', 'lose-answer'];

onEachEngineAndClient((database) => {
  describe.concurrent('the engine being down at a claim', () => {
    it('G22: is 503, the handler does not run, and a retry runs as soon as the engine is back', async () => {
      const { proxy, keyed, records, events } = await behindProxy(database);
      const { call, runs } = keyed();
      proxy.planAll('refuse');
      const refused = await call(keyedEvent());
      expect(refused).toMatchObject(refusal503);
      expect(codeOf(refused)).toBe('STORE_UNAVAILABLE');
      expect(runs()).toBe(0);
      proxy.planAll('pass');
      expect(await records()).toEqual([]);
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      expect(events()).toEqual(['store-unavailable', 'claimed', 'completed']);
    });

    it('G22: which it had applied, gives the claim back: a retry runs at once', async () => {
      const { proxy, keyed, records } = await behindProxy(database);
      const { call, runs } = keyed();
      proxy.plan('UpdateItem', lostThrice);
      expect(await call(keyedEvent())).toMatchObject(refusal503);
      await eventually(async () => expect(await records()).toEqual([{ status: 'RELEASED', attempt: 0 }]));
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      expect(runs()).toBe(1);
    });

    it('which it had applied, and still down, holds the key until the lease ends', async () => {
      const { proxy, keyed, records } = await behindProxy(database);
      let nowMs = Date.now();
      const { call, runs } = keyed(({ idempotency }) => ({ statusCode: 201, body: String(idempotency.attempt) }), {
        now: () => nowMs,
      });
      proxy.plan('UpdateItem', lostThrice, 'refuse');
      expect(await call(keyedEvent(), endingIn(3000))).toMatchObject(refusal503);
      expect(await records()).toEqual([{ status: 'IN_PROGRESS', attempt: 1 }]);
      proxy.planAll('pass');
      expect(codeOf(await call(keyedEvent()))).toBe('IN_PROGRESS');
      expect(runs()).toBe(0);
      nowMs += 60_000;
      expect(await call(keyedEvent())).toEqual({ statusCode: 201, body: '2' });
    });

    it('of a retained token gives the token back', async () => {
      const { proxy, retaining, tokenEvent, records } = await behindProxy(database);
      const { call, runs } = retaining();
      const event = await tokenEvent();
      proxy.plan('UpdateItem', lostThrice);
      expect(await call(event)).toMatchObject(refusal503);
      await eventually(async () => expect(await records()).toEqual([{ status: 'ISSUED', attempt: 0 }]));
      expect(await call(event)).toMatchObject({ statusCode: 201 });
      expect(runs()).toBe(1);
    });

    it('never gives back the claim of another request', async () => {
      const { proxy, keyed, records } = await behindProxy(database);
      const { call } = keyed();
      const running = Promise.withResolvers<undefined>();
      const owner = keyed(async () => {
        await running.promise;
        return created();
      });
      const first = owner.call(keyedEvent());
      await eventually(() => expect(owner.runs()).toBe(1));
      proxy.plan('UpdateItem', lostThrice);
      expect(await call(keyedEvent())).toMatchObject(refusal503);
      expect(await records()).toEqual([{ status: 'IN_PROGRESS', attempt: 1 }]);
      running.resolve(undefined);
      const answer = await first;
      expect(await call(keyedEvent())).toMatchObject({ body: answer.body });
    });

    it('is an error with the code STORE_UNAVAILABLE for events that are not HTTP', async () => {
      const { proxy, keyed } = await behindProxy(database);
      proxy.planAll('refuse');
      await expect(keyed(created, { key: () => 'k' }).call({ detail: 1 })).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        retryable: true,
      });
    });
  });

  describe.concurrent('the engine being down at the consumption of a token', () => {
    it('G24: is 503 where nothing was consumed for sure, and the token is still good', async () => {
      const { proxy, consuming, tokenEvent } = await behindProxy(database, 1);
      const { call, runs } = consuming();
      const event = await tokenEvent();
      proxy.planAll(refusedWith('ThrottlingException'));
      expect(await call(event)).toMatchObject(refusal503);
      expect(runs()).toBe(0);
      proxy.planAll('pass');
      expect(await call(event)).toMatchObject({ statusCode: 201 });
    });

    it('G24: is unknown where connections break: it does not run, and is not called safe to repeat', async () => {
      const { proxy, consuming, tokenEvent } = await behindProxy(database);
      const { call, runs } = consuming();
      const event = await tokenEvent();
      proxy.planAll('refuse');
      expect(codeOf(await call(event, endingIn(1500)))).toBe('OUTCOME_UNKNOWN');
      expect(runs()).toBe(0);
    });

    it('which it had applied, and back in time: the handler runs', async () => {
      const { proxy, consuming, tokenEvent } = await behindProxy(database);
      const { call, runs } = consuming();
      const event = await tokenEvent();
      proxy.plan('TransactWriteItems', lostThrice);
      expect(await call(event)).toMatchObject({ statusCode: 201 });
      expect(codeOf(await call(event))).toBe('REPETITIVE_OPERATION');
      expect(runs()).toBe(1);
    });

    it('which it had applied, until the end: that is unknown, and not called safe to repeat', async () => {
      const { proxy, consuming, tokenEvent, events } = await behindProxy(database);
      const { call, runs } = consuming();
      const event = await tokenEvent();
      proxy.plan('TransactWriteItems', [], 'lose-answer');
      const answer = await call(event, endingIn(1500));
      expect([answer.statusCode, codeOf(answer), JSON.parse(answer.body ?? '').retryable]).toEqual([
        409,
        'OUTCOME_UNKNOWN',
        false,
      ]);
      expect(events()).toEqual(['outcome-unknown']);
      proxy.planAll('pass');
      expect(codeOf(await call(event))).toBe('REPETITIVE_OPERATION');
      expect(runs()).toBe(0);
    });
  });

  describe.concurrent('the engine being down at completion', () => {
    it('G25: and back in time: completed by then', async () => {
      const { proxy, keyed, events } = await behindProxy(database);
      const { call, runs } = keyed();
      proxy.plan('UpdateItem', ['pass', 'refuse', 'refuse', 'refuse', 'refuse', 'refuse', 'refuse', 'refuse']);
      const first = await call(keyedEvent());
      expect(first.statusCode).toBe(201);
      expect(await call(keyedEvent())).toMatchObject({ body: first.body });
      expect(runs()).toBe(1);
      expect(events()).toEqual(['claimed', 'completed', 'replayed']);
    });

    it.each<Fault>(['refuse', 'hang'])(
      'until the end (%s): the caller still gets its result in time',
      async (fault) => {
        const { proxy, keyed, events, records } = await behindProxy(database);
        const clock = clockOfRequest();
        const run = () => {
          clock.leaveMs(900);
          return { statusCode: 201 };
        };
        const { call, runs } = keyed(run, { now: clock.now });
        proxy.plan('UpdateItem', ['pass'], fault);
        expect(await call(keyedEvent())).toEqual({ statusCode: 201 });
        expect(events()).toEqual(['claimed', 'completion-failed']);
        expect(await records()).toEqual([{ status: 'IN_PROGRESS', attempt: 1 }]);
        proxy.planAll('pass');
        clock.leaveMs(6000);
        // The client's last try may arrive yet, when the engine is back: then the answer is remembered after all.
        const again = await call(keyedEvent());
        expect(again.headers?.['idempotent-replayed'] ?? codeOf(again)).toMatch(/^(true|IN_PROGRESS)$/);
        expect(runs()).toBe(1);
      },
    );
  });

  describe.concurrent('the engine being down at release', () => {
    it.each<Fault>(['refuse', 'hang'])(
      'G26: until the end (%s): the caller gets the handler’s own error',
      async (fault) => {
        const { proxy, keyed, events } = await behindProxy(database);
        const declined = new RangeError('declined');
        const clock = clockOfRequest();
        const run = () => {
          clock.leaveMs(900);
          throw declined;
        };
        const { call } = keyed(run, { now: clock.now });
        proxy.plan('UpdateItem', ['pass'], fault);
        await call(keyedEvent()).then(
          () => expect.unreachable(),
          (error: unknown) => expect(error).toBe(declined),
        );
        expect(declined).not.toHaveProperty('originalError');
        expect(events()).toEqual(['claimed', 'release-failed']);
      },
    );

    it('and back in time: a retry runs at once', async () => {
      const { proxy, keyed, events } = await behindProxy(database);
      const { call } = keyed(() => ({ statusCode: 500 }));
      proxy.plan('UpdateItem', ['pass', 'refuse', 'refuse', 'refuse', 'refuse']);
      await call(keyedEvent());
      expect(await call(keyedEvent())).toEqual({ statusCode: 500 });
      expect(events()).toEqual(['claimed', 'released', 'claimed', 'released']);
    });
  });

  describe.concurrent('the engine being down at a commit', () => {
    it.each(['single insert', 'transaction', 'transaction with a key'])(
      'G27: (%s) is 503, and nothing is written',
      async (kind) => {
        const { proxy, writing, writingKeyed, orders, records } = await behindProxy(database);
        const table = await orders();
        const clock = clockOfRequest();
        const { call } = (kind === 'transaction with a key' ? writingKeyed : writing)(
          (writes) => {
            writes.insert(table, { orderId: '1' });
            if (kind === 'transaction') writes.put(table, { orderId: '2' });
          },
          { now: clock.now },
        );
        // Out of time between two tries, so that none is on its way when the engine is back.
        proxy.planAll(async () => {
          clock.leaveMs(100);
          return kind === 'transaction with a key' ? 'refuse' : { status: 400, error: 'ThrottlingException' };
        });
        expect(await call(keyedEvent())).toMatchObject(refusal503);
        expect(await database.items(table.tableName)).toEqual([]);
        proxy.planAll('pass');
        clock.leaveMs(6000);
        expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
        expect(await records()).toHaveLength(kind === 'transaction with a key' ? 1 : 0);
      },
    );

    it.each(['single insert', 'transaction'])('G27: (%s) that nothing could be sent to is 503', async (kind) => {
      const { counted, orders } = await behindProxy(database);
      const table = await orders();
      const client = database.openClient({ endpoint: 'http://127.0.0.1:1', maxAttempts: 2 });
      const { call } = counted(uniqueIndex({ client, onEvent: () => undefined }), ({ writes }: WritesContext) => {
        writes.insert(table, { orderId: '1' });
        if (kind === 'transaction') writes.insert(table, { orderId: '2' });
        return created();
      });
      expect(await call(keyedEvent(), endingIn(1500))).toMatchObject(refusal503);
    });

    it.each<[kind: string, fault: Fault, written: number]>([
      ['single insert', 'lose-answer', 1],
      ['single insert', 'swallow-answer', 1],
      ['single insert', 'refuse', 0],
      ['single insert', { status: 500, error: 'InternalServerError' }, 0],
      ['transaction', 'lose-answer', 2],
      ['transaction', 'swallow-answer', 2],
      ['transaction', 'hang', 0],
    ])(
      'G118: (%s) that may have been applied, without a key (%o): its outcome is unknown',
      async (kind, fault, written) => {
        const { proxy, writing, orders, events } = await behindProxy(database, 1);
        const table = await orders();
        const { call } = writing((writes) => {
          writes.insert(table, { orderId: '1' });
          if (kind === 'transaction') writes.insert(table, { orderId: '2' });
        });
        proxy.planAll(fault);
        const context = endingIn(1500);
        const answer = await inTime(call(keyedEvent(), context), context);
        const { code, retryable, detail } = JSON.parse(answer.body ?? '');
        expect([answer.statusCode, code, retryable]).toEqual([409, 'OUTCOME_UNKNOWN', false]);
        expect(detail).not.toMatch(/not processed|safe/i);
        expect(events()).toEqual(['store-unavailable']);
        expect(await database.items(table.tableName)).toHaveLength(written);
      },
    );

    it.each(['single insert', 'transaction'])(
      'G118: (%s) of unknown outcome is found out once the engine answers again',
      async (kind) => {
        const { proxy, writing, orders } = await behindProxy(database, 1);
        const table = await orders();
        const { call } = writing((writes) => {
          writes.insert(table, { orderId: '1' });
          if (kind === 'transaction') writes.insert(table, { orderId: '2' });
        });
        proxy.plan(kind === 'transaction' ? 'TransactWriteItems' : 'PutItem', ['lose-answer', 'refuse', 'lose-answer']);
        expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      },
    );

    it('G118: refused for good after a try that may have been applied is unknown all the same', async () => {
      const { proxy, writing, orders } = await behindProxy(database, 1);
      const table = await orders();
      const { call } = writing((writes) => writes.insert(table, { orderId: '1' }));
      proxy.plan('PutItem', ['lose-answer'], { status: 400, error: 'AccessDeniedException' });
      expect(codeOf(await call(keyedEvent()))).toBe('OUTCOME_UNKNOWN');
    });

    it('that it had applied with the key: 503, and the retry gets the first answer', async () => {
      const { proxy, writingKeyed, orders } = await behindProxy(database);
      const table = await orders();
      const { call } = writingKeyed((writes) => writes.insert(table, { orderId: crypto.randomUUID() }));
      proxy.plan('TransactWriteItems', [], 'lose-answer');
      expect(await call(keyedEvent(), endingIn(1500))).toMatchObject(refusal503);
      proxy.planAll('pass');
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201, headers: { 'idempotent-replayed': 'true' } });
      expect(await database.items(table.tableName)).toHaveLength(1);
    });

    it('G43: for want of time is 503 rather than a success that wrote nothing', async () => {
      const { client, counted, orders } = await behindProxy(database);
      const table = await orders();
      for (const leftMs of [3, 0, -10]) {
        let nowMs = 0;
        const { call } = counted(uniqueIndex({ client, now: () => nowMs }), ({ writes }: WritesContext) => {
          writes.insert(table, { orderId: '1' });
          nowMs = 6000 - leftMs;
          return created();
        });
        const event = httpApiEvent();
        expect([leftMs, await call(event)]).toMatchObject([leftMs, refusal503]);
        expect(await database.items(table.tableName)).toEqual([]);
      }
    });
  });

  describe.concurrent('an engine that hangs', () => {
    it('G23: at a claim: 503 before the deadline, and the handler does not run', async () => {
      const { proxy, keyed } = await behindProxy(database, 1);
      const { call, runs } = keyed();
      proxy.planAll('hang');
      const context = endingIn(3000);
      expect(await inTime(call(keyedEvent(), context), context)).toMatchObject(refusal503);
      expect(runs()).toBe(0);
    });

    it('at a claim that it has applied: the claim is given back, and a retry runs', async () => {
      const { proxy, keyed, records } = await behindProxy(database, 1);
      const { call, runs } = keyed();
      proxy.plan('UpdateItem', ['swallow-answer']);
      expect(await call(keyedEvent(), endingIn(2500))).toMatchObject(refusal503);
      await eventually(async () => expect(await records()).toEqual([{ status: 'RELEASED', attempt: 0 }]));
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      expect(runs()).toBe(1);
    });

    // To take back what may still come has half a second, in which a busy machine may get nothing done.
    it('G148: at a claim that arrives after it was given up: it runs nothing, and blocks nothing', {
      retry: 3,
    }, async () => {
      const { proxy, keyed, records } = await behindProxy(database, 1);
      const { call, runs } = keyed();
      const late = barrier();
      proxy.plan('UpdateItem', [() => late.opened.then(() => 'pass' as const)]);
      expect(await call(keyedEvent(), endingIn(1500))).toMatchObject(refusal503);
      late.open();
      await eventually(() => expect(proxy.requests('UpdateItem')).toBeGreaterThanOrEqual(2));
      await sleep(100);
      expect(await records()).toEqual([{ status: 'RELEASED', attempt: 0 }]);
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      expect(runs()).toBe(1);
    });

    it('at the consumption of a token: unknown, before the deadline', async () => {
      const { proxy, consuming, tokenEvent } = await behindProxy(database, 1);
      const { call, runs } = consuming();
      const event = await tokenEvent();
      proxy.planAll('hang');
      const context = endingIn(1200);
      expect(codeOf(await inTime(call(event, context), context))).toBe('OUTCOME_UNKNOWN');
      expect(runs()).toBe(0);
    });

    it('at a commit with a key: 503 before the deadline, which says nothing of what was done', async () => {
      const { proxy, writingKeyed, orders } = await behindProxy(database, 1);
      const table = await orders();
      const { call } = writingKeyed((writes) => writes.insert(table, { orderId: '1' }));
      proxy.planAll('hang');
      const context = endingIn(1200);
      const answer = await inTime(call(keyedEvent(), context), context);
      expect(answer).toMatchObject(refusal503);
      expect(answer.body).not.toMatch(/not processed/i);
      expect(proxy.requests('TransactWriteItems')).toBe(1);
    });

    it('longer than is left before the invocation starts: still an answer', async () => {
      const { proxy, keyed } = await behindProxy(database, 1);
      const { call, runs } = keyed();
      proxy.planAll('hang');
      for (const remainingMs of [400, 10, 0]) {
        const context = lambdaContext({ getRemainingTimeInMillis: () => remainingMs });
        expect(await call(keyedEvent(), context)).toMatchObject(refusal503);
      }
      expect(runs()).toBe(0);
    });
  });

  describe.concurrent('a handler that ends late', () => {
    it('has its result remembered while there is any time left', async () => {
      const { store, keyed, events } = await behindProxy(database);
      let nowMs = 0;
      /** Takes 20 ms, unless it is given up before. */
      const complete: typeof store.complete = async (request, signal) => {
        await sleep(20, undefined, signal && { signal });
        return store.complete(request);
      };
      const run = () => {
        nowMs = 6000 - 200;
        return created();
      };
      const { call } = keyed(run, { store: { ...store, complete }, now: () => nowMs });
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      expect(events()).toEqual(['claimed', 'completed']);
    });
  });

  describe.concurrent('a slow engine', () => {
    it('is waited for', async () => {
      const { proxy, keyed, writingKeyed, orders } = await behindProxy(database, 1);
      const table = await orders();
      proxy.planAll({ delayMs: 100 });
      expect(await keyed().call(keyedEvent('a'))).toMatchObject({ statusCode: 201 });
      const { call } = writingKeyed((writes) => writes.insert(table, { orderId: '1' }));
      expect(await call(keyedEvent('b'))).toMatchObject({ statusCode: 201 });
    });
  });

  describe.concurrent('clocks and leases at their limits', () => {
    it('complete: a lease of a year without a Lambda context, and a clock with fractions of a millisecond', async () => {
      const { keyed, events } = await behindProxy(database);
      const options = {
        leaseMs: 31_536_000_000,
        namespace: 'n',
        now: () => performance.timeOrigin + performance.now(),
      };
      const { call } = keyed(created, options);
      await call(keyedEvent(), {} as never);
      expect(events()).toEqual(['claimed', 'completed']);
      expect(await call(keyedEvent(), lambdaContext({ getRemainingTimeInMillis: () => 1500.5 }))).toMatchObject({
        headers: { 'idempotent-replayed': 'true' },
      });
    });
  });
});
