import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { IdempotencyError } from '../../functions/idempotency/base/error.ts';
import {
  type IdempotencyKeyOptions,
  type IdempotentContext,
  idempotencyKey,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { manualClock } from '../support/clock.ts';
import { type Answer, call as callExample, exampleDatabase } from '../support/examples.ts';
import { type HttpEventOptions, httpApiEvent, lambdaContext } from '../support/lambda.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
const page = read('docs/http-answers.md');

/** What the table under a first cell says, in its first two columns. */
const table = (head: string): [string, string][] => {
  const [, rows = ''] = page.split(new RegExp(`^\\| ${head} \\|.*\\n\\| -.*\\n`, 'm'));
  const lines = rows.split('\n');
  const cells = lines.slice(0, lines.indexOf('')).map((line) => line.split('|').map((cell) => cell.trim()));
  return cells.map(([, first = '', second = '']) => [first, second]);
};

/** The statuses that a text lists: '403 to 406' is four. */
const statusesIn = (text: string): number[] =>
  [...text.matchAll(/(\d{3})(?: to (\d{3}))?/g)].flatMap(([, from, to = from]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
  );

const operations = (ends: (() => unknown)[], options: IdempotencyKeyOptions = {}) => {
  const runs: IdempotentContext['idempotency'][] = [];
  const clock = manualClock();
  const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) => {
    runs.push(idempotency);
    return ends.length > 0 ? ends.shift()?.() : { statusCode: 201, body: 'second' };
  }).use(idempotencyKey({ store: memoryStore(), now: clock.now, onEvent: () => undefined, ...options }));
  const send = async (body: object, more: HttpEventOptions = {}) => {
    const event = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body, ...more });
    return (handler(event, lambdaContext() as never) as Promise<unknown>).catch(() => 'thrown') as Promise<Answer>;
  };
  return { clock, send, runs };
};

type Ending = { end: () => unknown; silentMs?: number };

/** What the same key gets after a run that ended so, in the words of the table. */
const sameKeyAfter = async ({ end, silentMs }: Ending, options: IdempotencyKeyOptions = {}): Promise<string> => {
  const tried = async (body: object) => {
    const { clock, send, runs } = operations([end], options);
    const first = send({ amount: 5 });
    if (silentMs === undefined) await first;
    else await new Promise(setImmediate);
    clock.advance(silentMs ?? 0);
    const again = await send(body);
    return { again, ran: again.body === 'second', info: runs.at(-1) };
  };
  const same = await tried({ amount: 5 });
  const corrected = await tried({ amount: 6 });
  if (same.ran && corrected.ran)
    return same.info?.attempt === 1 ? 'runs, as if it had not run' : 'runs, for a corrected payload too';
  if (same.ran) return same.info?.previous ? 'runs, for the same payload, and knows' : 'runs, for the same payload';
  const { statusCode, headers = {} } = same.again;
  if (headers['idempotent-replayed']) return 'gets that answer';
  return `gets ${statusCode}${headers['retry-after'] ? ' with `Retry-After`' : ''}`;
};

const refusing = (code: 'IN_PROGRESS' | 'OUTCOME_UNKNOWN') => () => {
  throw new IdempotencyError(code, 'inner', { title: 'Inner' });
};
const problem = (code: string) => () => ({
  statusCode: 409,
  body: `{"type":"urn:middy-idempotency:problem:${code}"}`,
});
const throwing = (error: object) => () => {
  throw error;
};
const answering = (statusCode: number) => ({ end: () => ({ statusCode, body: 'first' }) });
const silent = () => new Promise(() => undefined);

const rows = table('the handler');
const notActedUpon = statusesIn(rows.find(([first]) => first.includes('not acted upon'))?.[0] ?? '');
const all = Array.from({ length: 400 }, (_, index) => index + 200);

/** The runs that a row speaks of, by how it begins. */
const endings: Readonly<Record<string, Ending[]>> = {
  'answers anything else': all.filter((status) => status < 500 && !notActedUpon.includes(status)).map(answering),
  'answers 400': notActedUpon.map(answering),
  'answers 500 and above': all.filter((status) => status >= 500).map(answering),
  'throws an error made for the caller': notActedUpon.map((statusCode) => ({
    end: throwing(Object.assign(new Error('invalid'), { expose: true, statusCode })),
  })),
  'throws another error': [
    { end: throwing(new Error('failed')) },
    { end: throwing(Object.assign(new Error('a call downstream'), { statusCode: 400 })) },
    { end: throwing(Object.assign(new Error('declined'), { expose: true, statusCode: 402 })) },
  ],
  'throws or returns what an inner operation refused': [
    { end: refusing('IN_PROGRESS') },
    { end: problem('in-progress') },
  ],
  'throws or returns an inner `OUTCOME_UNKNOWN`': [
    { end: refusing('OUTCOME_UNKNOWN') },
    { end: problem('outcome-unknown') },
  ],
  'is still running': [{ end: silent, silentMs: 1000 }],
  'goes silent': [{ end: silent, silentMs: 7001 }],
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what is remembered', () => {
  it('G168: is said of every case that there is', () => {
    expect(rows.map(([first]) => Object.keys(endings).find((begin) => first.startsWith(begin)))).toEqual(
      Object.keys(endings),
    );
  });

  it.each(rows)('G168: %s: %s', async (first, said) => {
    const begin = Object.keys(endings).find((name) => first.startsWith(name)) ?? '';
    const [byDefault = '', underReject] = said.split("; under `afterCrash: 'reject'` ");
    const expected = byDefault.replace(' when the lease is over', '');
    for (const ending of endings[begin] ?? []) {
      expect(await sameKeyAfter(ending)).toBe(expected);
      if (underReject) expect(await sameKeyAfter(ending, { afterCrash: 'reject' })).toBe(underReject);
    }
  });

  it('G168: the page and the option list the same statuses', () => {
    const lists = [
      [read('docs/http-answers.md'), /\| answers ([^|]*): not acted upon \|/],
      [read('functions/idempotency/protocol/operation-options.ts'), /all but 500 and above,([^;]*);/],
    ] as const;
    for (const [text, list] of lists) expect(statusesIn(list.exec(text)?.[1] ?? '')).toEqual(notActedUpon);
  });

  it('G168: can be chosen otherwise, as Stripe does', async () => {
    for (const { end } of [answering(400), answering(429), answering(500)]) {
      expect(await sameKeyAfter({ end }, { storeResponse: () => true })).toBe('gets that answer');
    }
    const success = { storeResponse: ({ statusCode }: { statusCode: number }) => statusCode < 300 };
    expect(await sameKeyAfter(answering(402), success)).toBe('runs, for the same payload, and knows');
    const kept = operations([throwing(new Error('failed'))], { keepErrors: () => true });
    for (const _ of [1, 2]) expect(await kept.send({})).toBe('thrown');
    expect(kept.runs).toHaveLength(1);
  });
});

describe('a request', () => {
  const sent: Readonly<Record<string, HttpEventOptions[]>> = {
    'has a key that was used with another payload': [{ body: { other: true } }],
    'has no key': [{ headers: {} }],
    'has an empty key': [{ headers: { 'idempotency-key': '' } }, { headers: { 'idempotency-key': '""' } }],
    'is a GET, HEAD, OPTIONS or TRACE without a key': ['GET', 'HEAD', 'OPTIONS', 'TRACE'].map((method) => ({
      method,
      headers: {},
    })),
  };

  it('G168: of every kind is in the table', () => {
    expect(table('the request').map(([first]) => first)).toEqual(Object.keys(sent));
  });

  it.each(table('the request'))('G168: that %s: %s', async (first, said) => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    for (const more of sent[first] ?? []) {
      const handler = middy(async (): Promise<unknown> => ({ statusCode: 'runs' })).use(
        idempotencyKey({ store: memoryStore() }) as middy.MiddlewareObj,
      );
      const send = (options: HttpEventOptions) => handler(httpApiEvent(options), lambdaContext()) as Promise<Answer>;
      await send({ headers: { 'idempotency-key': 'k' }, body: {} });
      expect(String((await send({ headers: { 'idempotency-key': 'k' }, ...more })).statusCode)).toBe(said);
    }
  });
});

it('in one flat stack no other middleware sees a replay, wherever it stands; around the handler each does', async () => {
  const seen: string[] = [];
  const watching = (name: string) => ({ after: () => void seen.push(name) });
  const inner = middy(async () => ({ statusCode: 201 }))
    .use(watching('before'))
    .use(idempotencyKey({ store: memoryStore() }) as middy.MiddlewareObj)
    .use(watching('after'));
  const handler = middy(inner).use(watching('around'));
  const event = httpApiEvent({ headers: { 'idempotency-key': 'k' }, body: {} });
  await handler(event, lambdaContext());
  expect(seen.splice(0)).toEqual(['after', 'before', 'around']);
  await handler(event, lambdaContext());
  expect(seen).toEqual(['around']);
});

describe('the flat stack', () => {
  exampleDatabase();

  it('shapes replays and refusals, and flushes its metrics with each answer', async () => {
    const { handler, metrics } = await import('../../docs/examples/flat-stack.ts');
    const published: string[][] = [];
    vi.spyOn(metrics, 'publishStoredMetrics').mockImplementation(() => {
      const { _aws } = metrics.serializeMetrics();
      published.push(
        _aws.CloudWatchMetrics.flatMap(({ Metrics: named }) => named.map(({ Name, Unit }) => `${Name} ${Unit}`)),
      );
      metrics.clearMetrics();
      return metrics;
    });
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const send = (body: object) => callExample(handler, httpApiEvent({ headers, body }));
    await send({ amount: 1 });
    const [replay, refusal] = [await send({ amount: 1 }), await send({ amount: 2 })];
    const allowed = { 'access-control-allow-origin': 'https://shop.example' };
    expect(replay.headers).toMatchObject({ ...allowed, 'idempotent-replayed': 'true' });
    expect(refusal).toMatchObject({ statusCode: 422, headers: allowed });
    expect(JSON.parse(refusal.body)).toEqual({
      error: { code: 'PAYLOAD_MISMATCH', title: expect.any(String), recordId: expect.stringContaining('pay#') },
    });
    expect(published).toEqual([[], [`Replayed ${MetricUnit.Count}`], [`Refused ${MetricUnit.Count}`]]);
  });
});
