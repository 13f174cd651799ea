import { describe, expect, it, vi } from 'vitest';
import { ClientError, idempotentFetch, mapKeys } from '../../functions/idempotency/entries/client.ts';
import { answer, broken, clientOf, problem } from './harness.ts';

const hourMs = 3_600_000;
const paid = answer(201, 'paid');

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('the call was answered'),
    (error: unknown) => (ClientError.is(error) ? error : expect.fail(String(error))),
  );

describe('one key per intention', () => {
  it('G233: is stored, with the request, before anything is sent', async () => {
    const steps: string[] = [];
    const { pay, sent } = clientOf([paid], {
      keys: mapKeys({
        get: () => undefined,
        set: (name, { print }) => steps.push(`${name} ${!!print}`),
        delete: () => 0,
      }),
      onEvent: ({ type }) => steps.push(type),
    });
    expect(await (await pay()).text()).toBe('paid');
    expect(steps.slice(0, 2)).toEqual(['pay order 1 true', 'sending']);
    expect(sent[0]).toMatchObject({ method: 'POST', body: '{"amount":1}', key: expect.stringMatching(/^[\w-]{36}$/) });
  });

  it('G233: nothing is sent when it can’t be stored', async () => {
    const { pay, sent } = clientOf([], { keys: { update: () => Promise.reject(new Error('disk full')) } });
    await expect(pay()).rejects.toThrow('disk full');
    expect(sent).toEqual([]);
  });

  it('stays the same through all tries, and for the next call, which asks for the answer', async () => {
    const { pay, sent, replies } = clientOf([broken, answer(500), paid]);
    await pay();
    replies.push(answer(201, 'paid', { 'idempotent-replayed': 'true' }));
    await pay();
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it('is another one for another intention, and for one that was forgotten', async () => {
    const { pay, send, sent } = clientOf([paid, paid, paid]);
    await pay();
    await pay({ intention: 'pay order 2' });
    await send.forget('pay order 1');
    await pay();
    expect(new Set(sent.map(({ key }) => key)).size).toBe(3);
  });

  it('is another one after an answer that the server remembers, by which nothing was done', async () => {
    const { pay, sent } = clientOf([answer(402), paid]);
    expect((await pay()).status).toBe(402);
    await pay({ body: '{"amount":1,"card":2}' });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });

  it('is left to a corrected request when the server has not acted upon the first', async () => {
    const { pay, sent } = clientOf([answer(422), paid]);
    expect((await pay()).status).toBe(422);
    expect((await pay({ body: '{"amount":2}' })).status).toBe(201);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it('a key of one’s own is sent, and nothing stored', async () => {
    const { pay, sent, stored } = clientOf([paid]);
    await pay({ intention: undefined, key: 'derived "1"' } as never);
    expect(sent[0]?.headers.get('idempotency-key')).toBe('"derived \\"1\\""');
    expect(stored.size).toBe(0);
  });
});

describe('the body is fixed with the key', () => {
  it.each([
    ['body', { body: '{"amount":2}' }],
    ['method', { method: 'PUT' }],
  ])('G234: another %s is KEY_REUSED, and not sent', async (_what, change) => {
    const { pay, sent } = clientOf([paid]);
    await pay();
    expect(await failureOf(pay(change))).toMatchObject({ code: 'KEY_REUSED', outcome: 'done' });
    expect(sent).toHaveLength(1);
  });

  it('G234: so it is where the server finds it out', async () => {
    const { pay } = clientOf([problem(422, 'PAYLOAD_MISMATCH', false)]);
    expect(await failureOf(pay())).toMatchObject({ code: 'KEY_REUSED', outcome: 'unknown' });
  });

  it('another boundary of a form is no other body, another field is', async () => {
    const form = (amount: string) => {
      const data = new FormData();
      data.set('amount', amount);
      return data;
    };
    const { pay, sent } = clientOf([paid, paid]);
    await pay({ body: form('1') });
    await pay({ body: form('1') });
    expect(sent[1]?.body).not.toBe(sent[0]?.body);
    expect(await failureOf(pay({ body: form('2') }))).toMatchObject({ code: 'KEY_REUSED' });
  });

  it('G234: what a boundary occurs in by chance is not left out', async () => {
    const type = { 'content-type': 'multipart/form-data; boundary=1' };
    const { pay } = clientOf([paid]);
    await pay({ headers: type, body: '{"amount":10}' });
    expect(await failureOf(pay({ headers: type, body: '{"amount":1110}' }))).toMatchObject({ code: 'KEY_REUSED' });
  });

  it.each([
    ['to=alice,bob', 'to=alice--undefinedbob'],
    ['to=alice--bob', 'to=alicebob'],
  ])('G234: another body is no other spelling of a boundary: %s', async (one, other) => {
    const { pay } = clientOf([paid]);
    await pay({ body: one });
    expect(await failureOf(pay({ body: other }))).toMatchObject({ code: 'KEY_REUSED' });
  });

  it('G234: bytes that are no text are told apart', async () => {
    const { pay, sent } = clientOf([paid]);
    await pay({ body: Uint8Array.of(0x80) });
    expect(await failureOf(pay({ body: Uint8Array.of(0x81) }))).toMatchObject({ code: 'KEY_REUSED' });
    expect(sent).toHaveLength(1);
  });

  it('a stream is read to its end first: every try sends all of it', async () => {
    const stream = () => new Response('{"amount":1}').body;
    const { pay, sent } = clientOf([broken, paid, paid]);
    await pay({ body: stream(), duplex: 'half' } as RequestInit);
    await pay({ body: stream(), duplex: 'half' } as RequestInit);
    expect(sent.map(({ body }) => body)).toEqual(['{"amount":1}', '{"amount":1}', '{"amount":1}']);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it('G233: one that breaks off, or was read before, is refused: nothing is stored or sent', async () => {
    const { pay, sent, stored } = clientOf([]);
    const breaking = new ReadableStream({ start: (body) => body.error(new Error('disk gone')) });
    await expect(pay({ body: breaking, duplex: 'half' } as RequestInit)).rejects.toThrow('disk gone');
    const used = new Response('{}');
    await used.text();
    await expect(pay({ body: used.body, duplex: 'half' } as RequestInit)).rejects.toThrow(TypeError);
    expect([sent, stored.size]).toEqual([[], 0]);
  });
});

describe('tries again', () => {
  it.each([
    ['a broken connection', broken],
    ['500', answer(500)],
    ['504', answer(504)],
    ['425', answer(425)],
    ['429 without Retry-After, as API Gateway’s own', answer(429, { message: 'Too Many Requests' })],
    ['409 with Retry-After', answer(409, '', { 'retry-after': '1' })],
    ['409 whose Retry-After the browser hides', problem(409, 'IN_PROGRESS', true)],
    ['503 of the store', problem(503, 'STORE_UNAVAILABLE', true, { 'retry-after': '1' })],
    [
      'an answer that breaks off',
      () => new Response(new ReadableStream({ start: (body) => body.error(new TypeError('terminated')) })),
    ],
  ])('G232: after %s', async (_what, reply) => {
    const { pay, sent } = clientOf([reply, paid]);
    expect((await pay()).status).toBe(201);
    expect(sent).toHaveLength(2);
  });

  it('G232: after a try without an answer, when its time is over', async () => {
    const { pay, sent } = clientOf([() => new Promise(() => undefined), paid], {
      fetch: undefined as never,
    });
    vi.stubGlobal('fetch', async (request: Request) => {
      sent.push({ atMs: Date.now() } as never);
      if (sent.length > 1) return paid();
      return new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => reject(request.signal.reason));
      });
    });
    expect((await pay()).status).toBe(201);
    expect((sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(35_000);
    vi.unstubAllGlobals();
  });

  it.each([
    ['409 without Retry-After', answer(409), 409],
    ['404', answer(404), 404],
    ['a redirection that was not followed', answer(302), 302],
  ])('not after %s', async (_what, reply, status) => {
    const { pay, sent } = clientOf([reply]);
    expect((await pay()).status).toBe(status);
    expect(sent).toHaveLength(1);
  });

  it('waits as long as Retry-After says, in seconds or as a date by the server’s clock, and a little longer', async () => {
    const inADay = Date.UTC(2026, 0, 2);
    const { pay, sent } = clientOf([
      answer(409, '', { 'retry-after': '7' }),
      answer(503, '', {
        'retry-after': new Date(inADay + 20_000).toUTCString(),
        date: new Date(inADay).toUTCString(),
      }),
      answer(503, '', { 'retry-after': new Date(Date.UTC(2026, 0, 1, 0, 1)).toUTCString() }),
      paid,
    ]);
    await pay();
    const [first = 0, second = 0, third = 0, fourth = 0] = sent.map(({ atMs }) => atMs);
    expect(second - first).toBeGreaterThanOrEqual(7000);
    expect(second - first).toBeLessThanOrEqual(8750);
    expect(third - second).toBeGreaterThanOrEqual(20_000);
    expect(fourth).toBeGreaterThanOrEqual(60_000);
  });

  it('waits up to 30 s at last, each time another while', async () => {
    const { pay, sent } = clientOf([...Array.from({ length: 20 }, () => broken), paid]);
    await pay();
    const pauses = sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
    expect(pauses[0]).toBeLessThanOrEqual(1000);
    expect(new Set(pauses).size).toBeGreaterThan(10);
  });

  it('G232: by default until longer than any lease', async () => {
    const { pay, sent } = clientOf(Array.from({ length: 200 }, () => answer(409, '', { 'retry-after': '30' })));
    expect(await failureOf(pay())).toMatchObject({ code: 'GAVE_UP', outcome: 'unknown' });
    expect(sent.at(-1)?.atMs).toBeGreaterThan(15 * 60_000 + 1000);
  });

  it('gives up at once when the server asks for more time than there is; nothing was done if it only put it off', async () => {
    const { pay, sent } = clientOf([answer(429, '', { 'retry-after': '3600' })]);
    expect(await failureOf(pay())).toMatchObject({ code: 'GAVE_UP', outcome: 'not done', response: { status: 429 } });
    expect(sent[0]?.atMs).toBe(0);
  });
});

describe('never what the problem calls `retryable: false`', () => {
  it.each([
    ['ILLEGAL_ARGUMENT', 400, 'REFUSED', 'not done'],
    ['DUPLICATE', 409, 'REFUSED', 'not done'],
    ['CONDITION_FAILED', 409, 'REFUSED', 'not done'],
    ['OUTCOME_UNKNOWN', 409, 'IN_DOUBT', 'unknown'],
    ['REPETITIVE_OPERATION', 409, 'IN_DOUBT', 'unknown'],
    ['RESULT_UNAVAILABLE', 409, 'DONE', 'done'],
    ['SOMETHING', 500, 'IN_DOUBT', 'unknown'],
  ])('G235: %s is told as what it is', async (code, status, expected, outcome) => {
    const { pay, sent } = clientOf([problem(status, code, false, { 'retry-after': '1' })]);
    const error = await failureOf(pay());
    expect(error).toMatchObject({ name: 'ClientError', code: expected, outcome, key: sent[0]?.key, problem: { code } });
    expect(String(error)).toBe(`ClientError: ${expected} (${outcome})`);
    expect(await error.response?.json()).toMatchObject({ code });
    expect(sent).toHaveLength(1);
  });
});

describe('an answer that may come from before the guard', () => {
  it('G235: leaves in doubt what an earlier try may have done, under the same key', async () => {
    const { pay, sent, replies } = clientOf([broken, answer(401)]);
    expect(await failureOf(pay())).toMatchObject({ code: 'IN_DOUBT', response: { status: 401 } });
    replies.push(paid);
    await pay();
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it('is final for a first try, or when the server says how long it remembers the key', async () => {
    const guarded = answer(422, '', { 'idempotency-key-max-age': '60' });
    const { pay } = clientOf([answer(401), broken, guarded]);
    expect((await pay()).status).toBe(401);
    expect((await pay()).status).toBe(422);
  });

  it('takes nothing back that was done', async () => {
    const { pay } = clientOf([paid, answer(403)]);
    await pay();
    expect(await failureOf(pay())).toMatchObject({ code: 'DONE', outcome: 'done' });
  });
});

describe('after the time that the server remembers a key', () => {
  it('G236: nothing is sent again: in doubt, or done', async () => {
    const { pay, sent } = clientOf([broken, answer(401), paid]);
    await failureOf(pay());
    vi.advanceTimersByTime(24 * hourMs);
    expect(await failureOf(pay())).toMatchObject({ code: 'IN_DOUBT', outcome: 'unknown' });
    await pay({ intention: 'pay order 2' });
    vi.advanceTimersByTime(24 * hourMs);
    expect(await failureOf(pay({ intention: 'pay order 2' }))).toMatchObject({ code: 'DONE', outcome: 'done' });
    expect(sent).toHaveLength(3);
  });

  it('G236: it asks: what was done is the answer, what was not is sent under a new key', async () => {
    const found: (Response | undefined)[] = [new Response('found')];
    const ask = vi.fn(async () => found.shift());
    const { pay, sent, events } = clientOf([broken, answer(401), broken, answer(401), paid], { ask });
    const { key } = await failureOf(pay());
    vi.advanceTimersByTime(24 * hourMs);
    expect(await (await pay()).text()).toBe('found');
    expect(ask).toHaveBeenCalledWith({ intention: 'pay order 1', key, signal: expect.any(AbortSignal) });
    await failureOf(pay({ intention: 'pay order 2' }));
    vi.advanceTimersByTime(24 * hourMs);
    expect(await (await pay({ intention: 'pay order 2' })).text()).toBe('paid');
    expect(new Set(sent.map((request) => request.key)).size).toBe(3);
    expect(events.at(-1)).toMatchObject({ type: 'answered', replayed: false });
  });

  it('G236: the server’s word counts, where it says how long that is', async () => {
    const { pay, sent } = clientOf([
      answer(500, '', { 'idempotency-key-max-age': '50' }),
      broken,
      broken,
      broken,
      broken,
    ]);
    expect(await failureOf(pay())).toMatchObject({ code: 'IN_DOUBT' });
    expect(sent.at(-1)?.atMs).toBeLessThanOrEqual(15_000);
  });

  it('G267: a try that was refused doesn’t clear one whose answer was lost: it may have been done since', async () => {
    const refused = answer(422, '', { 'idempotency-key-max-age': '86400' });
    const { pay, sent } = clientOf([broken, refused, paid]);
    expect((await pay()).status).toBe(422);
    vi.advanceTimersByTime(24 * hourMs);
    expect(await failureOf(pay({ body: '{"amount":2}' }))).toMatchObject({ code: 'IN_DOUBT', outcome: 'unknown' });
    expect(sent).toHaveLength(2);
  });

  it('G267: nor one that another tab has sent by the same key', async () => {
    const bothSent = Promise.withResolvers<void>();
    const { pay, send, sent } = clientOf([
      () => bothSent.promise.then(answer(401)),
      () => {
        bothSent.resolve();
        return new Promise(() => undefined);
      },
    ]);
    const init = { intention: 'pay order 1', method: 'POST', body: '{"amount":1}' };
    const tab = new AbortController();
    const first = send('https://api.example.com/payments', init);
    const second = send('https://api.example.com/payments', { ...init, signal: tab.signal });
    expect((await first).status).toBe(401);
    tab.abort(new Error('closed'));
    await expect(second).rejects.toThrow('closed');
    vi.advanceTimersByTime(24 * hourMs);
    expect(await failureOf(pay())).toMatchObject({ code: 'IN_DOUBT' });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it('a corrected request gets a new key', async () => {
    const { pay, sent } = clientOf([answer(422), paid]);
    await pay();
    vi.advanceTimersByTime(24 * hourMs);
    await pay({ body: '{"amount":2}' });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
  });
});

describe('the caller', () => {
  it('is told of every step, and whether the answer is a replay', async () => {
    const { pay, events, sent } = clientOf([broken, answer(201, '', { 'idempotent-replayed': 'true' })]);
    await pay();
    const key = sent[0]?.key;
    expect(events).toMatchObject([
      { type: 'sending', attempt: 1, intention: 'pay order 1', key },
      { type: 'waiting', last: { cause: new TypeError('fetch failed') } },
      { type: 'sending', attempt: 2 },
      { type: 'answered', replayed: true, redacted: false, response: { status: 201 } },
    ]);
  });

  it('is told that an answer is not all that the first caller got', async () => {
    const { pay, events } = clientOf([
      answer(201, '', { 'idempotent-replayed': 'true', 'idempotent-redacted': 'true' }),
    ]);
    await pay();
    expect(events.at(-1)).toMatchObject({ type: 'answered', replayed: true, redacted: true });
  });

  it('gets its answer also when its own `onEvent` throws, or what came of it can’t be stored', async () => {
    const log = vi.spyOn(console, 'error').mockReturnValue();
    const keys = mapKeys(new Map());
    let isFull = false;
    const { pay } = clientOf([paid], {
      keys: { update: (...args) => (isFull ? Promise.reject(new Error('disk full')) : keys.update(...args)) },
      onEvent: () => {
        isFull = true;
        throw new Error('mine');
      },
    });
    expect((await pay()).status).toBe(201);
    expect(log.mock.calls.map(([error]) => error.message)).toEqual(['mine', 'disk full', 'mine']);
    log.mockRestore();
  });

  it('is refused an unknown or contradictory option at once, and an intention without `keys`', async () => {
    expect(() => idempotentFetch({ retries: 3 } as never)).toThrow('idempotentFetch: unknown option `retries`');
    expect(() => idempotentFetch({ windowMs: 1000 })).toThrow('0 < timeoutMs < windowMs');
    await expect(idempotentFetch()('https://a.example', { intention: 'x', method: 'POST' })).rejects.toThrow('`keys`');
  });

  it.each<[what: string, name: object]>([
    ['nothing', { intention: undefined }],
    ['an empty intention', { intention: '' }],
    ['both', { key: 'k' }],
    ['a key that hasn’t been awaited', { intention: undefined, key: Promise.resolve('k') }],
    ['a key that is an object', { intention: undefined, key: { order: 17 } }],
    ['an intention that is an object', { intention: { pay: 17 } }],
    ['an intention that is a number', { intention: 17 }],
    ['an intention that is null', { intention: null }],
  ])('sends nothing when it is named by %s', async (_what, name) => {
    const { pay, sent } = clientOf([paid]);
    await expect(pay(name as never)).rejects.toThrow('needs a string: `key`, or `intention` with `keys`');
    expect(sent).toEqual([]);
  });
});
