import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  dynamoDBStore,
  fromBody,
  fromHeader,
  type IdempotencyEvent,
  type IdempotentContext,
  issueToken,
  principalOf,
  type SingleUseTokenOptions,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { barrier } from '../support/barrier.ts';
import { manualClock } from '../support/clock.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { type HttpEventOptions, httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

const codeOf = ({ body = '{}' }: Answer) => JSON.parse(body).code;
const alice = { jwt: { claims: { iss: 'https://id', sub: 'alice' } } };
const bob = { jwt: { claims: { iss: 'https://id', sub: 'bob' } } };

onEachEngine((database) => {
  const protect = async (
    options: Omit<SingleUseTokenOptions, 'retainResult'> & { retainResult?: boolean; retentionSeconds?: number } = {},
    run: () => unknown = () => ({ statusCode: 201, body: '{"paid":true}' }),
    inside?: middy.MiddlewareObj,
  ) => {
    const clock = manualClock();
    const tableName = await database.createTable();
    const store = dynamoDBStore({ tableName, client: database.client });
    const events: IdempotencyEvent[] = [];
    let runs = 0;
    const handler = middy(async (_event: unknown) => {
      runs += 1;
      return run();
    }).use(
      singleUseToken({
        store,
        now: clock.now,
        onEvent: (event: IdempotencyEvent) => events.push(event),
        ...options,
        ...(options.retainResult && { tellRetention: false }),
      } as SingleUseTokenOptions as never),
    );
    if (inside) handler.use(inside as never);
    const issue = (event: unknown = httpApiEvent(), overrides: { bindTo?: unknown; ttlSeconds?: number } = {}) =>
      issueToken(store, { scope: principalOf(event), ttlSeconds: 60, now: clock.now, ...overrides });
    const call = (event: unknown) => handler(event, lambdaContext() as never) as Promise<Answer>;
    const callWith = (token: string, more: HttpEventOptions = {}) =>
      call(httpApiEvent({ headers: { token }, ...more }));
    const types = () => events.map(({ type }) => type);
    return { clock, tableName, issue, call, callWith, runs: () => runs, told: () => events, events: types };
  };

  describe('a token', () => {
    it('G37: lets one request pass, of many at the same time', async () => {
      const { issue, callWith, runs, events } = await protect();
      const token = await issue();
      const answers = await Promise.all(Array.from({ length: 20 }, () => callWith(token)));
      expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
      expect(new Set(answers.filter(({ statusCode }) => statusCode !== 201).map(codeOf))).toEqual(
        new Set(['REPETITIVE_OPERATION']),
      );
      expect(runs()).toBe(1);
      expect(events().filter((type) => type === 'token-consumed')).toHaveLength(1);
    });

    it('G240: tells how long store and handler took, of a run, of a failure and of a refusal', async () => {
      const { issue, callWith, told } = await protect({}, () => Promise.reject(new Error('declined')));
      const token = await issue();
      await callWith(token).catch(() => undefined);
      await callWith(token);
      const ms = expect.any(Number);
      expect(told()).toMatchObject([
        { type: 'token-consumed', storeMs: ms },
        { type: 'finished', handlerMs: ms },
        { type: 'token-refused', storeMs: ms },
      ]);
      expect(told().map((event) => 'handlerMs' in event)).toEqual([false, true, false]);
    });

    it('G240: tells of no run where another middleware has ended the request before it', async () => {
      const { issue, callWith, told } = await protect({}, () => 'never', {
        before: () => Promise.reject(new Error('not allowed')),
      });
      await callWith(await issue()).catch(() => undefined);
      expect(told().map(({ type }) => type)).toEqual(['token-consumed']);
    });

    it('is 256 random bits, of which the table learns only a hash', async () => {
      const { issue, tableName } = await protect();
      const token = await issue();
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
      expect(token).not.toBe(await issue());
      expect(JSON.stringify(await database.items(tableName))).not.toContain(token);
    });

    it('G38: that was made up, is used, has expired or is another caller’s is refused all the same', async () => {
      const { issue, callWith, clock, runs } = await protect();
      const used = await issue();
      await callWith(used);
      const expired = await issue();
      clock.advance(60_000);
      const forAlice = await issue(httpApiEvent({ authorizer: alice }));
      const refusals = [
        await callWith('made-up'),
        await callWith(used),
        await callWith(expired),
        await callWith(forAlice, { authorizer: bob }),
        await callWith(forAlice),
      ];
      const { instance, ...same } = JSON.parse(refusals[0]?.body ?? '');
      for (const { body = '' } of refusals) expect(JSON.parse(body)).toEqual({ ...same, instance: expect.any(String) });
      expect(refusals[0]).toMatchObject({ statusCode: 409 });
      expect(refusals.map(codeOf)).toContain('REPETITIVE_OPERATION');
      expect(runs()).toBe(1);
      expect(await callWith(forAlice, { authorizer: alice })).toMatchObject({ statusCode: 201 });
    });

    it('missing is refused with 400', async () => {
      const { call, runs } = await protect();
      for (const event of [
        httpApiEvent(),
        httpApiEvent({ headers: { token: '' } }),
        httpApiEvent({ query: { token: '' } }),
      ]) {
        const refused = await call(event);
        expect([refused.statusCode, codeOf(refused)]).toEqual([400, 'ILLEGAL_ARGUMENT']);
      }
      await expect(call({ detail: 1 })).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
      expect(runs()).toBe(0);
    });

    it('malformed is refused with 400', async () => {
      const { callWith, call, runs } = await protect();
      for (const refused of [
        await callWith('x'.repeat(256)),
        await callWith('a\u0007'),
        await call({ ...httpApiEvent(), rawQueryString: 'token=a&token=b' }),
      ]) {
        expect([refused.statusCode, codeOf(refused)]).toEqual([400, 'ILLEGAL_ARGUMENT']);
      }
      expect(runs()).toBe(0);
    });

    it('is taken from the header, else from the query parameter', async () => {
      const { issue, call } = await protect();
      const [one, two] = [await issue(), await issue()];
      expect(await call(httpApiEvent({ method: 'GET', query: { token: one } }))).toMatchObject({ statusCode: 201 });
      expect(await call(httpApiEvent({ headers: { token: two }, query: { token: one } }))).toMatchObject({
        statusCode: 201,
      });
    });

    it('is taken from the body by fromBody, and is malformed when that yields several fields', async () => {
      const one = await protect({ token: fromBody('token') });
      const token = await one.issue();
      expect(await one.call(httpApiEvent({ body: { token } }))).toMatchObject({ statusCode: 201 });
      expect(await one.call(httpApiEvent({ body: {} }))).toMatchObject({ statusCode: 400 });
      const two = await protect({ token: fromBody('token', 'other') });
      expect(await two.call(httpApiEvent({ body: { token, other: 'x' } }))).toMatchObject({ statusCode: 400 });
    });

    it('G38: bound to a header refuses a request without it, also with a token that is bound to nothing', async () => {
      const { issue, callWith } = await protect({ bindTo: fromHeader('x-order') });
      const token = await issue(httpApiEvent());
      expect(await callWith(token)).toMatchObject({ statusCode: 400 });
    });

    it('bound to a route is unknown on another', async () => {
      const { issue, callWith } = await protect({ bindTo: (event) => event.routeKey });
      const token = await issue(httpApiEvent(), { bindTo: 'POST /payments' });
      expect(await callWith(token, { path: '/refunds' })).toMatchObject({ statusCode: 409 });
      expect(await callWith(token)).toMatchObject({ statusCode: 201 });
    });

    it('is used up by a handler that fails', async () => {
      const { issue, callWith, runs } = await protect({}, () => {
        throw new RangeError('declined');
      });
      const token = await issue();
      await expect(callWith(token)).rejects.toThrow(RangeError);
      expect(await callWith(token)).toMatchObject({ statusCode: 409 });
      expect(runs()).toBe(1);
    });

    it('is not used up by a store that is down', async () => {
      const { issue, callWith } = await protect();
      const { callWith: callDown, runs } = await protect({
        store: dynamoDBStore({ tableName: 'no-such-table', client: database.client }),
      });
      const token = await issue();
      const refused = await callDown(token);
      expect([refused.statusCode, codeOf(refused)]).toEqual([503, 'STORE_UNAVAILABLE']);
      expect(runs()).toBe(0);
      expect(await callWith(token)).toMatchObject({ statusCode: 201 });
    });
  });

  describe('a token that retains the result', () => {
    it('answers a repeat with the first answer, even after it expired', async () => {
      const { issue, callWith, runs, clock } = await protect({ retainResult: true });
      const token = await issue();
      const first = await callWith(token);
      clock.advance(3_600_000);
      expect(await callWith(token)).toEqual({ ...first, headers: { 'idempotent-replayed': 'true' } });
      expect(runs()).toBe(1);
    });

    it('answers no repeat any more when its answer has been kept for as long as was asked', async () => {
      const { issue, callWith, runs, clock } = await protect({ retainResult: true, retentionSeconds: 7200 });
      const token = await issue();
      await callWith(token);
      clock.advance(7_199_000);
      expect(await callWith(token)).toMatchObject({ statusCode: 201 });
      clock.advance(2000);
      expect(codeOf(await callWith(token))).toBe('REPETITIVE_OPERATION');
      expect(runs()).toBe(1);
    });

    it('G39: may be used again after a failure, until it expires', async () => {
      let outcome: () => unknown = () => {
        throw new RangeError('declined');
      };
      const { issue, callWith, runs, clock } = await protect({ retainResult: true }, () => outcome());
      const token = await issue();
      await expect(callWith(token)).rejects.toThrow(RangeError);
      outcome = () => ({ statusCode: 502 });
      expect(await callWith(token)).toMatchObject({ statusCode: 502 });
      outcome = () => ({ statusCode: 201 });
      expect(await callWith(token)).toEqual({ statusCode: 201 });
      expect(runs()).toBe(3);

      const late = await issue();
      outcome = () => ({ statusCode: 502 });
      await callWith(late);
      clock.advance(60_000);
      expect(codeOf(await callWith(late))).toBe('REPETITIVE_OPERATION');
    });

    it('lets one request pass and tells the others to come back', async () => {
      const { opened, open } = barrier();
      const { issue, callWith, runs } = await protect({ retainResult: true }, async () => {
        await opened;
        return { statusCode: 201 };
      });
      const token = await issue();
      const first = callWith(token);
      await expect.poll(runs).toBe(1);
      const other = await callWith(token);
      expect([other.statusCode, codeOf(other), other.headers?.['retry-after']]).toEqual([409, 'IN_PROGRESS', '1']);
      open();
      expect(await first).toEqual({ statusCode: 201 });
    });

    it('refuses another payload, and tokens that are unknown, expired or another caller’s', async () => {
      const { issue, callWith, clock } = await protect({ retainResult: true });
      const token = await issue();
      await callWith(token, { body: { amount: 1 } });
      expect(await callWith(token, { body: { amount: 2 } })).toMatchObject({ statusCode: 422 });
      const expired = await issue();
      clock.advance(60_000);
      const forAlice = await issue(httpApiEvent({ authorizer: alice }));
      for (const refused of [
        await callWith('made-up'),
        await callWith(expired),
        await callWith(forAlice, { authorizer: bob }),
      ]) {
        expect([refused.statusCode, codeOf(refused)]).toEqual([409, 'REPETITIVE_OPERATION']);
      }
    });

    it('is known to the handler as an operation with attempt and derived keys', async () => {
      const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
      const handler = middy()
        .use(singleUseToken<unknown, unknown, IdempotentContext>({ store, retainResult: true }))
        .handler(async (_event, context) => ({
          statusCode: 200,
          body: `${context.idempotency.attempt} ${context.idempotency.deriveKey('charge').length}`,
        }));
      const token = await issueToken(store, { scope: 'anonymous' });
      expect(await handler(httpApiEvent({ headers: { token } }), lambdaContext() as never)).toMatchObject({
        body: '1 43',
      });
    });
  });

  it('is not issued without a scope, or with options that make no sense', async () => {
    const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
    await expect(issueToken(store, { scope: undefined })).rejects.toThrow('option `scope` is missing');
    await expect(issueToken(store, { scope: 'a', ttlSeconds: 0 })).rejects.toThrow(
      '`ttlSeconds` must be a whole number',
    );
    await expect(issueToken(store, { scope: 'a', ttl: 5 } as never)).rejects.toThrow('unknown option `ttl`');
  });
});
