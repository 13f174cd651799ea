import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { barrier } from '../support/barrier.ts';
import { entrances } from './entrances.ts';
import { openShell, powertoolsEnvironment, type Seen } from './harness.ts';
import { exposed, versions } from './shell.ts';

beforeEach(() => {
  for (const [name, value] of Object.entries(powertoolsEnvironment)) vi.stubEnv(name, value);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const [a, b] = ['https://a.example', 'https://b.example'] as const;

/** What stands around the operation has seen this answer, for this request. */
const expectShell = (seen: Seen, origin: string, status: number): void => {
  expect(seen.status).toBe(status);
  expect(seen.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': exposed,
    vary: expect.stringContaining('Origin'),
    'x-content-type-options': 'nosniff',
    'strict-transport-security': expect.stringContaining('max-age'),
  });
  expect(seen.metrics).toMatchObject([{ Requests: 1 }]);
  expect(seen.logs).toMatchObject([{ message: 'answered', status, function_request_id: seen.requestId }]);
  expect(seen.exchanges).toMatchObject([
    { event: { body: expect.anything() } },
    { response: { statusCode: status, headers: { 'Access-Control-Allow-Origin': origin } } },
  ]);
  expect(seen.subsegments).toEqual([{ name: `## ${process.env['_HANDLER']}`, closed: true }]);
};

const expectProblem = (seen: Seen, code: string): void => {
  expect(seen.headers['content-type']).toBe('application/problem+json');
  expect(JSON.parse(seen.text)).toMatchObject({ status: seen.status, code });
};

describe.each(Object.keys(versions) as (keyof typeof versions)[])(
  'G200: the shell of %s, called through',
  (version) => {
    describe.each(Object.entries(entrances))('%s, sees', (name, { preflights }) => {
      it('the first answer and each replay, in the form that each caller asks for', async () => {
        const { call } = openShell(version, name);
        const first = await call({ key: 'k', origin: a, encoding: 'gzip', accept: 'application/json' });
        expectShell(first, a, 201);
        expect(first.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'application/json' });
        expect(first.headers).not.toHaveProperty('idempotent-replayed');

        const replay = await call({ key: 'k', origin: b, encoding: 'br', accept: 'text/plain' });
        expectShell(replay, b, 201);
        expect(replay.headers).toMatchObject({
          'content-encoding': 'br',
          'content-type': 'text/plain',
          'idempotent-replayed': 'true',
        });
        expect(replay.text).toBe(`text: ${first.text}`);

        const again = await call({ key: 'k', origin: a, encoding: 'identity' });
        expectShell(again, a, 201);
        expect(again.headers).not.toHaveProperty('content-encoding');
        expect(again.text).toBe(first.text);
      });

      it('400 for a missing key', async () => {
        const { call } = openShell(version, name);
        const seen = await call({ origin: b });
        expectShell(seen, b, 400);
        expectProblem(seen, 'ILLEGAL_ARGUMENT');
      });

      it('409 for one that is running, which says when to ask again', async () => {
        const memory = memoryStore();
        const [running, other] = [openShell(version, name, memory), openShell(version, name, memory)];
        const [started, finished] = [barrier(), barrier()];
        running.payBy(async () => {
          started.open();
          await finished.opened;
          return { statusCode: 201, body: 'paid' };
        });
        const first = running.call({ key: 'k', origin: a });
        await started.opened;
        const seen = await other.call({ key: 'k', origin: b });
        expectShell(seen, b, 409);
        expectProblem(seen, 'IN_PROGRESS');
        expect(seen.headers['retry-after']).toMatch(/^\d+$/);
        finished.open();
        expectShell(await first, a, 201);
      });

      it('422 for another payload', async () => {
        const { call } = openShell(version, name);
        await call({ key: 'k', origin: a, amount: 1 });
        const seen = await call({ key: 'k', origin: b, amount: 2 });
        expectShell(seen, b, 422);
        expectProblem(seen, 'PAYLOAD_MISMATCH');
      });

      it('503 where the store is down', async () => {
        const { call, storeGoesDown } = openShell(version, name);
        storeGoesDown();
        const seen = await call({ key: 'k', origin: b });
        expectShell(seen, b, 503);
        expectProblem(seen, 'STORE_UNAVAILABLE');
        expect(seen.headers['retry-after']).toMatch(/^\d+$/);
      });

      it('500 for a handler that fails, and the retry runs', async () => {
        const { call, payBy } = openShell(version, name);
        const failure = new Error('card declined');
        payBy(() => Promise.reject(failure));
        const seen = await call({ key: 'k', origin: b });
        expectShell(seen, b, 500);
        expect(seen.errors).toEqual([failure]);
        payBy(async () => ({ statusCode: 201, body: 'paid' }));
        expectShell(await call({ key: 'k', origin: a }), a, 201);
      });

      it.each([
        ['that is no JSON', '{"amount":', version === 'Middy 6' ? 415 : 422],
        ['that is not valid', '{}', 400],
        ['that is empty', '', version === 'Middy 6' ? 415 : 422],
      ])(
        'G201: what refuses a body %s: no record, and the corrected one may use the key',
        async (_which, body, status) => {
          const { call } = openShell(version, name);
          const seen = await call({ key: 'k', origin: b, body });
          expectShell(seen, b, status);
          expect(seen.errors).toHaveLength(1);
          const corrected = await call({ key: 'k', origin: a });
          expectShell(corrected, a, 201);
          expect(corrected.headers).not.toHaveProperty('idempotent-replayed');
        },
      );

      if (preflights)
        it('a preflight, which needs no key', async () => {
          const { call } = openShell(version, name);
          const seen = await call({ method: 'OPTIONS', origin: b });
          expectShell(seen, b, 204);
          expect(seen.headers).toMatchObject({
            'access-control-allow-methods': 'POST',
            'access-control-allow-headers': 'content-type,idempotency-key',
          });
        });
    });

    it('nobody, a call that keeps the function warm: it passes by', async () => {
      const { warmUp } = openShell(version, 'a function URL');
      expect(await warmUp()).toBe('warmup');
    });
  },
);
