import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  combine,
  dynamoDBStore,
  fromBody,
  fromPath,
  IdempotencyError,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  type IdempotencyStore,
  type IdempotentContext,
  idempotencyKey,
  stillRunning,
} from '../../functions/idempotency/entries/main.ts';
import { barrier } from '../support/barrier.ts';
import { manualClock } from '../support/clock.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const payment = { orderId: '1', amount: 100 };
const keyed = (key = 'k-1', body: unknown = payment, authorizer?: Record<string, unknown>) =>
  httpApiEvent({ headers: { 'idempotency-key': key }, body, ...(authorizer && { authorizer }) });

/** A response, or whatever else a test's handler returns. */
interface Answer {
  statusCode?: number;
  headers?: Record<string, string>;
  body?: string;
  list?: number[];
}

const bodyOf = (response: { body?: string }) => JSON.parse(response.body ?? 'null');

onEachEngine((database) => {
  /** A handler under the middleware, that counts its runs. */
  const protect = async (
    run: (event: never, context: IdempotentContext) => unknown = () => ({ statusCode: 201, body: '{"paid":true}' }),
    options: IdempotencyKeyOptions = {},
  ) => {
    const clock = manualClock();
    const events: IdempotencyEvent[] = [];
    const tableName = await database.createTable();
    let runs = 0;
    const handler = middy(async (event: never, context: IdempotentContext) => {
      runs += 1;
      return run(event, context);
    }).use(
      idempotencyKey({
        tellRetention: false,
        store: dynamoDBStore({ tableName, client: database.client }),
        now: clock.now,
        onEvent: (event) => events.push(event),
        ...options,
      }),
    );
    return {
      clock,
      tableName,
      call: (event: unknown, context = lambdaContext()): Promise<Answer> =>
        handler(event as never, context as IdempotentContext) as Promise<Answer>,
      runs: () => runs,
      events: () => events.map(({ type }) => type),
    };
  };

  describe('the first request and its repeats', () => {
    it('G2: run the handler once and give every caller the same answer', async () => {
      const { call, runs, events } = await protect((_event, { idempotency }) => ({
        statusCode: 201,
        headers: { location: '/payments/1' },
        body: JSON.stringify({ attempt: idempotency.attempt, at: Math.random() }),
      }));
      const first = await call(keyed());
      const repeat = await call(keyed());
      expect(first).toMatchObject({ statusCode: 201, headers: { location: '/payments/1' } });
      expect(first.headers).not.toHaveProperty('idempotent-replayed');
      expect(repeat).toEqual({ ...first, headers: { ...first.headers, 'idempotent-replayed': 'true' } });
      expect(runs()).toBe(1);
      expect(events()).toEqual(['claimed', 'completed', 'replayed']);
    });

    it('G1: at the same time: one runs, the others are told to come back', async () => {
      const { opened, open } = barrier();
      const { call, runs } = await protect(async () => {
        await opened;
        return { statusCode: 201 };
      });
      const first = call(keyed());
      await expect.poll(runs).toBe(1);
      const others = await Promise.all(Array.from({ length: 10 }, () => call(keyed())));
      open();
      expect(await first).toEqual({ statusCode: 201 });
      for (const other of others) {
        expect(other).toMatchObject({
          statusCode: 409,
          headers: { 'content-type': 'application/problem+json', 'retry-after': '1' },
        });
        expect(bodyOf(other)).toEqual({
          type: 'urn:middy-idempotency:problem:in-progress',
          title: 'A request is outstanding for this Idempotency-Key',
          status: 409,
          detail:
            'A request with the same Idempotency-Key for the same operation is being processed or is outstanding.',
          code: 'IN_PROGRESS',
          retryable: true,
          instance: expect.stringMatching(/^urn:middy-idempotency:record:[^#]+%23[\w-]{43}$/),
        });
      }
      expect(runs()).toBe(1);
    });

    it('G3: with another payload are refused, and the stored answer still replays', async () => {
      const { call, runs } = await protect();
      await call(keyed());
      const mismatch = await call(keyed('k-1', { ...payment, amount: 999 }));
      expect(mismatch.statusCode).toBe(422);
      expect(bodyOf(mismatch)).toMatchObject({
        title: 'Idempotency-Key is already used',
        code: 'PAYLOAD_MISMATCH',
        retryable: false,
      });
      expect(await call(keyed())).toMatchObject({ statusCode: 201, body: '{"paid":true}' });
      expect(runs()).toBe(1);
    });

    it('may order the properties of their body differently', async () => {
      const { call, runs } = await protect();
      await call(keyed('k-1', '{"orderId":"1","amount":100}'));
      expect(await call(keyed('k-1', '{ "amount": 100, "orderId": "1" }'))).toMatchObject({ statusCode: 201 });
      expect(runs()).toBe(1);
    });

    it('run again once the record has expired', async () => {
      const { call, runs, clock } = await protect(undefined, { retentionSeconds: 60 });
      await call(keyed());
      clock.advance(59_000);
      await call(keyed());
      expect(runs()).toBe(1);
      clock.advance(2000);
      await call(keyed());
      expect(runs()).toBe(2);
    });
  });

  describe('a failure', () => {
    it('G4: reaches the caller unchanged and frees the key at once', async () => {
      const failures: unknown[] = [new RangeError('declined'), 'not an error', undefined];
      for (const failure of failures) {
        let failing = true;
        const { call, runs, events } = await protect(() => {
          if (failing) throw failure;
          return { statusCode: 201 };
        });
        await call(keyed()).then(
          () => expect.unreachable(),
          (thrown: unknown) => expect(thrown).toBe(failure),
        );
        failing = false;
        expect(await call(keyed())).toEqual({ statusCode: 201 });
        expect(runs()).toBe(2);
        expect(events()).toEqual(['claimed', 'released', 'claimed', 'completed']);
      }
    });

    it('answered with a status of 500 and above, or of a request that was not acted upon, frees the key; others are remembered', async () => {
      const { call, runs } = await protect(() => ({ statusCode: [500, 429, 409][runs() - 1] }));
      expect(await call(keyed())).toEqual({ statusCode: 500 });
      expect(await call(keyed())).toEqual({ statusCode: 429 });
      expect(await call(keyed())).toEqual({ statusCode: 409 });
      expect(await call(keyed())).toMatchObject({ statusCode: 409, headers: { 'idempotent-replayed': 'true' } });
      expect(runs()).toBe(3);
    });

    it('of a middleware that runs later frees the key, one that runs after completion does not', async () => {
      const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
      let runs = 0;
      const pay = async () => {
        runs += 1;
        return { statusCode: 201 };
      };
      const broken = () => {
        throw new Error('broken');
      };
      const inner = middy(pay)
        .use(idempotencyKey({ tellRetention: false, store }))
        .before(broken);
      await expect(inner(keyed('inner'), lambdaContext() as never)).rejects.toThrow('broken');
      expect(
        await middy(pay).use(idempotencyKey({ tellRetention: false, store }))(keyed('inner'), lambdaContext() as never),
      ).toEqual({
        statusCode: 201,
      });

      const outer = middy(pay)
        .after(broken)
        .use(idempotencyKey({ tellRetention: false, store }));
      await expect(outer(keyed('outer'), lambdaContext() as never)).rejects.toThrow('broken');
      expect(await outer(keyed('outer'), lambdaContext() as never)).toMatchObject({
        headers: { 'idempotent-replayed': 'true' },
      });
      expect(runs).toBe(2);
    });
  });

  describe('an owner that goes silent', () => {
    it('keeps the key until its lease ends, then the repeat runs as attempt 2 and the zombie changes nothing', async () => {
      const zombie = barrier();
      const { call, clock, events } = await protect(async (_event, { idempotency }) => {
        if (idempotency.attempt === 1) await zombie.opened;
        return { statusCode: 201, body: String(idempotency.attempt) };
      });
      const first = call(keyed(), lambdaContext({ getRemainingTimeInMillis: () => 3_600_000 }));
      await expect.poll(events).toEqual(['claimed']);
      clock.advance(3_600_999);
      expect(await call(keyed())).toMatchObject({ statusCode: 409 });
      clock.advance(2);
      expect(await call(keyed())).toEqual({ statusCode: 201, body: '2' });
      clock.advance(-3_600_000);
      zombie.open();
      expect(await first).toEqual({ statusCode: 201, body: '1' });
      expect(await call(keyed())).toMatchObject({ body: '2' });
      expect(events()).toEqual(['claimed', 'in-progress', 'claimed', 'completed', 'lease-lost', 'replayed']);
    });

    // Found by test/e2e/storm.test.ts: the refusal was judged by a later time than the claim, as an outcome that is unknown for good.
    it('whose lease ends while a repeat is being refused is still in progress to that repeat', async () => {
      const silent = barrier();
      const clock = manualClock();
      const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
      const slow: IdempotencyStore = {
        ...store,
        claim: async (request) => {
          const outcome = await store.claim(request);
          if (!outcome.claimed) clock.advance(2);
          return outcome;
        },
      };
      const { call, events } = await protect(() => silent.opened, { store: slow, now: clock.now });
      const first = call(keyed());
      await expect.poll(events).toEqual(['claimed']);
      clock.advance(6999);
      const refused = await call(keyed());
      expect(bodyOf(refused)).toMatchObject({ code: 'IN_PROGRESS', retryable: true });
      expect(refused.headers).toMatchObject({ 'retry-after': '1' });
      silent.open();
      await first;
    });

    it('is not taken over with another payload', async () => {
      const silent = barrier();
      const { call, clock, events } = await protect(() => silent.opened);
      const first = call(keyed());
      await expect.poll(events).toEqual(['claimed']);
      clock.advance(60_000);
      expect(await call(keyed('k-1', { amount: 1 }))).toMatchObject({ statusCode: 422 });
      silent.open();
      await first;
    });

    it('is never run again with afterCrash: reject', async () => {
      const silent = barrier();
      const { call, clock, events, runs } = await protect(() => silent.opened, { afterCrash: 'reject' });
      const first = call(keyed());
      await expect.poll(events).toEqual(['claimed']);
      clock.advance(60_000);
      const refused = await call(keyed());
      expect(refused.statusCode).toBe(409);
      expect(bodyOf(refused)).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: false });
      expect(runs()).toBe(1);
      silent.open();
      await first;
    });

    it('G11: holds the key when Middy answers early for a handler that still runs', async () => {
      const { opened, open } = barrier();
      const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
      const events: string[] = [];
      const onEvent = ({ type }: IdempotencyEvent) => events.push(type);
      const slow = (plugin: object) =>
        middy(async () => {
          await opened;
          return { statusCode: 201 };
        }, plugin).use(idempotencyKey({ tellRetention: false, store, onEvent }));
      // A generous deadline for the store's round trips; Middy's timer is what ends the call.
      const context = () => {
        const endMs = Date.now() + 400;
        return lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() }) as never;
      };
      await expect(slow({ timeoutEarlyInMillis: 50 })(keyed('thrown'), context())).rejects.toThrow('aborted');
      const answered = slow({
        timeoutEarlyInMillis: 50,
        timeoutEarlyResponse: () => stillRunning({ statusCode: 504 }),
      });
      expect(await answered(keyed('answered'), context())).toEqual({ statusCode: 504 });
      expect(events).toEqual(['claimed', 'held', 'claimed', 'held']);
      expect(await answered(keyed('answered'), context())).toMatchObject({ statusCode: 409 });
      open();
    });
  });

  describe('results', () => {
    it.each([
      ['undefined', undefined],
      ['null', null],
      ['zero', 0],
      ['an empty string', ''],
      ['false', false],
      ['a compressible one of 1 MB', { text: 'x'.repeat(1_000_000) }],
      ['nested', { a: [1, { b: null }], __proto__: null }],
    ])('%s is replayed to a plain event without running again', async (_name, result) => {
      const { call, runs } = await protect(() => result, { key: fromBody('orderId') });
      expect(await call(payment)).toEqual(result);
      expect(await call(payment)).toEqual(result);
      expect(runs()).toBe(1);
    });

    it.each([
      ['too large', () => ({ noise: randomBytes(450_000).toString('base64') })],
      ['not JSON', () => ({ amount: 1n })],
    ])('that are %s never run the handler again, and say so', async (reason, result) => {
      const { call, runs, events } = await protect(result, { key: fromBody('orderId') });
      await call(payment);
      await expect(call(payment)).rejects.toMatchObject({
        code: 'RESULT_UNAVAILABLE',
        message: expect.stringContaining(reason),
      });
      expect(runs()).toBe(1);
      expect(events()).toEqual(['claimed', 'result-unavailable', 'completed', 'refused']);
    });

    it('G45: are decoded afresh for each replay', async () => {
      const { call } = await protect(() => ({ list: [1] }), { key: fromBody('orderId') });
      await call(payment);
      (await call(payment)).list?.push(2);
      expect(await call(payment)).toEqual({ list: [1] });
    });

    it('above a kilobyte take fewer write units', async () => {
      const { call, tableName } = await protect(() => ({ statusCode: 200, body: 'abc'.repeat(10_000) }));
      await call(keyed());
      const [record = {}] = await database.items(tableName);
      expect(record['encoding']).toBe('zstd');
      expect((record['result'] as Uint8Array).length).toBeLessThan(1024);
    });

    it('of HTTP requests are kept without their cookies', async () => {
      const { call } = await protect(() => ({
        statusCode: 200,
        headers: { 'Set-Cookie': 'a=1', etag: 'x' },
        multiValueHeaders: { 'set-cookie': ['b=2'] },
        cookies: ['c=3'],
        body: '',
      }));
      expect(await call(keyed())).toMatchObject({ cookies: ['c=3'] });
      expect(await call(keyed())).toEqual({
        statusCode: 200,
        headers: { etag: 'x', 'idempotent-replayed': 'true' },
        multiValueHeaders: {},
        body: '',
      });
    });

    it('without a status are replayed as API Gateway wrapped the first', async () => {
      const { call } = await protect(() => ({ paid: true }));
      expect(await call(keyed())).toEqual({ paid: true });
      expect(await call(keyed())).toEqual({
        statusCode: 200,
        headers: { 'content-type': 'application/json', 'idempotent-replayed': 'true' },
        body: '{"paid":true}',
      });
    });
  });

  describe('keys', () => {
    it('missing are refused, unless optional', async () => {
      const event = httpApiEvent({ body: payment });
      const { call, runs } = await protect();
      const refused = await call(event);
      expect(refused.statusCode).toBe(400);
      expect(bodyOf(refused)).toMatchObject({ title: 'Idempotency-Key is missing', code: 'ILLEGAL_ARGUMENT' });
      expect(runs()).toBe(0);
      const { call: callOptional, runs: optionalRuns } = await protect(undefined, { optional: true });
      await callOptional(event);
      await callOptional(event);
      expect(optionalRuns()).toBe(2);
    });

    it.each(['', '""', '  '])('G164: that are empty are malformed, optional or not (%j)', async (key) => {
      for (const optional of [false, true]) {
        const { call, runs } = await protect(undefined, { optional });
        const refused = await call(keyed(key));
        expect(refused.statusCode).toBe(400);
        expect(bodyOf(refused)).toMatchObject({
          title: 'Idempotency-Key is malformed',
          detail: 'The header Idempotency-Key is malformed: it is empty.',
        });
        expect(runs()).toBe(0);
      }
    });

    it.each([
      [
        combine(fromPath('orderId'), fromBody('userId', 'cartId')),
        'the path parameter orderId, the body fields userId and cartId',
      ],
      [() => undefined, 'what the service selects from the request'],
    ])('that are no headers are named as what they are when they are missing', async (key, places) => {
      const { call } = await protect(undefined, { key });
      expect(bodyOf(await call(keyed()))).toMatchObject({
        title: 'The key of the operation is missing',
        detail: expect.stringContaining(`is taken from ${places};`),
        code: 'ILLEGAL_ARGUMENT',
      });
    });

    it('malformed are refused even when optional', async () => {
      const { call, runs } = await protect(undefined, { optional: true });
      for (const key of ['x'.repeat(256), 'a\u0000b', 'a\u0085b', '"open', 'one,two', '"\ud800"']) {
        const refused = await call(keyed(key));
        expect(refused.statusCode).toBe(400);
        expect(bodyOf(refused)).toMatchObject({ title: 'Idempotency-Key is malformed', code: 'ILLEGAL_ARGUMENT' });
      }
      expect(runs()).toBe(0);
      await call(keyed('x'.repeat(255)));
      expect(runs()).toBe(1);
    });

    it('are the same bare and quoted', async () => {
      const { call, runs } = await protect();
      await call(keyed('8e03978e-40d5'));
      await call(keyed('"8e03978e-40d5"'));
      expect(runs()).toBe(1);
    });

    it('G49: of several parts, of which one is missing, are missing; 0 and false are values', async () => {
      const { call, runs } = await protect(undefined, { key: fromBody('orderId', 'userId') });
      for (const userId of [undefined, null, '']) {
        await expect(call({ orderId: '1', userId })).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
      }
      expect(runs()).toBe(0);
      await call({ orderId: '1', userId: 0 });
      await call({ orderId: '1', userId: false });
      await call({ orderId: '1', userId: '0' });
      expect(runs()).toBe(3);
    });

    it('of two principals never meet', async () => {
      const { call, runs } = await protect(
        (event: { requestContext: { authorizer: { jwt: { claims: { sub: string } } } } }) => ({
          statusCode: 200,
          body: event.requestContext.authorizer.jwt.claims.sub,
        }),
      );
      const by = (sub: string) => keyed('k-1', payment, { jwt: { claims: { iss: 'https://id', sub } } });
      await call(by('alice'));
      expect(await call(by('bob'))).toMatchObject({ body: 'bob' });
      expect(await call(by('alice'))).toMatchObject({ body: 'alice' });
      expect(runs()).toBe(2);
    });

    it('of two namespaces and of two functions never meet', async () => {
      const { call, runs } = await protect();
      await call(keyed(), lambdaContext({ functionName: 'one' }));
      await call(keyed(), lambdaContext({ functionName: 'two' }));
      expect(runs()).toBe(2);
    });
  });

  describe('the handler', () => {
    it('knows its key, attempt, owner and lease, and derives the same key on every attempt', async () => {
      const seen: IdempotentContext['idempotency'][] = [];
      const { call } = await protect((_event, { idempotency }) => {
        seen.push(idempotency);
        expect(idempotency.remainingLeaseMs()).toBe(7000);
        throw new Error('again');
      });
      await call(keyed()).catch(() => undefined);
      await call(keyed()).catch(() => undefined);
      const [first, second] = seen;
      expect(first).toMatchObject({ key: 'k-1', attempt: 1 });
      expect(first?.owner).not.toBe(second?.owner);
      expect(first?.deriveKey('charge')).toBe(second?.deriveKey('charge'));
      expect(first?.deriveKey('charge')).not.toBe(first?.deriveKey('mail'));
    });

    it('G46: may edit its event, context and the request as it likes', async () => {
      const { call, runs } = await protect((event: Record<string, unknown>, context) => {
        event['headers'] = {};
        event['body'] = 'edited';
        for (const key of Object.keys(context)) Reflect.deleteProperty(context, key);
        return { statusCode: 201 };
      });
      await call(keyed());
      expect(await call(keyed())).toMatchObject({ statusCode: 201, headers: { 'idempotent-replayed': 'true' } });
      expect(runs()).toBe(1);
    });
  });

  describe('the store being down', () => {
    it('refuses with 503 and runs nothing', async () => {
      const { call, runs, events } = await protect(undefined, {
        store: dynamoDBStore({ tableName: 'no-such-table', client: database.client }),
      });
      const refused = await call(keyed());
      expect(refused).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
      expect(bodyOf(refused)).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      expect(refused.body).not.toContain('no-such-table');
      expect(runs()).toBe(0);
      expect(events()).toEqual(['store-unavailable']);
    });

    it('G25: at completion or release leaves the outcome to the caller and reports it', async () => {
      const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
      const down = () => Promise.reject(new Error('down'));
      const failing = { ...store, complete: down, release: down };
      const { call, events } = await protect(() => ({ statusCode: 201 }), { store: failing });
      expect(await call(keyed())).toEqual({ statusCode: 201 });
      const { call: callThrowing, events: throwingEvents } = await protect(
        () => {
          throw new RangeError('declined');
        },
        { store: failing },
      );
      await expect(callThrowing(keyed('k-2'))).rejects.toThrow(RangeError);
      expect([...events(), ...throwingEvents()]).toEqual(['claimed', 'completion-failed', 'claimed', 'release-failed']);
    });
  });

  it('throws typed errors for events that are not HTTP', async () => {
    const { call } = await protect();
    const error = await call({ detail: 1 }).catch((thrown: unknown) => thrown);
    expect(IdempotencyError.is(error)).toBe(true);
    expect(error).toMatchObject({
      name: 'IdempotencyError',
      code: 'ILLEGAL_ARGUMENT',
      statusCode: 400,
      expose: true,
      retryable: false,
    });
  });

  it('keeps 50 interleaved requests of one environment apart', async () => {
    const { call, runs } = await protect(async (event: { headers: Record<string, string> }, { idempotency }) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      return { statusCode: 200, body: `${event.headers['idempotency-key']}=${idempotency.key}` };
    });
    const keys = Array.from({ length: 50 }, (_, index) => `k-${index}`);
    const answers = await Promise.all(keys.map((key) => call(keyed(key))));
    expect(answers.map(({ body }) => body)).toEqual(keys.map((key) => `${key}=${key}`));
    expect(runs()).toBe(50);
  });
});
