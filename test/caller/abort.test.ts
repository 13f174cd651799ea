import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { type ClientOptions, type KeyStore, mapKeys, tokenFetch } from '../../functions/idempotency/entries/client.ts';
import { answer, broken, clientOf, type Reply, settled } from './harness.ts';

const never = new Promise<never>(() => undefined);
const paid = answer(201, 'paid');
const turns = async () => {
  for (let turn = 0; turn < 50; turn += 1) await setImmediate();
};

const until = async (is: () => boolean) => {
  while (!is()) await setImmediate();
};

/** A client whose call hangs where it is told to, and the signal that ends it. */
const hanging = (replies: Reply[], options: ClientOptions = {}) => {
  const abort = new AbortController();
  const client = clientOf(replies, options);
  const call = (init: RequestInit = {}) =>
    client.send('https://api.example.com/payments', {
      intention: 'pay order 1',
      method: 'POST',
      body: '{"amount":1}',
      signal: abort.signal,
      ...init,
    });
  /** The call, once it hangs, ends by the signal; afterwards nothing goes on. */
  const endsBySignal = async (calling: Promise<unknown>, hangs: () => boolean) => {
    calling.catch(() => undefined);
    await until(hangs);
    const sentBefore = client.sent.length;
    abort.abort(new Error('no more'));
    await expect(calling).rejects.toThrow('no more');
    await turns();
    expect(client.sent).toHaveLength(sentBefore);
    expect(vi.getTimerCount()).toBe(0);
  };
  return { ...client, abort, call, endsBySignal };
};

/** Keys in memory; the change with that number doesn't end before it is let go. */
const slowKeys = (slow: number) => {
  const keys = mapKeys(new Map());
  let changes = 0;
  let isWaiting = false;
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const store: KeyStore = {
    async update(...args) {
      changes += 1;
      if (changes === slow) {
        isWaiting = true;
        await gate;
      }
      return keys.update(...args);
    },
  };
  return { keys: store, isWaiting: () => isWaiting, letGo: () => letGo() };
};

it('G265: before it begins: nothing is stored', async () => {
  const { call, abort, stored } = hanging([]);
  abort.abort(new Error('no more'));
  await expect(call()).rejects.toThrow('no more');
  expect(stored.size).toBe(0);
});

it('G265: while a body is read', async () => {
  const { call, endsBySignal, stored } = hanging([]);
  const pull = vi.fn(() => never);
  const calling = call({ body: new ReadableStream({ pull }), duplex: 'half' } as RequestInit);
  await endsBySignal(calling, () => pull.mock.calls.length > 0);
  expect(stored.size).toBe(0);
});

it('G265: while the key is stored: nothing is sent, however that ends', async () => {
  const { keys, isWaiting, letGo } = slowKeys(1);
  const { call, endsBySignal, sent, events } = hanging([], { keys });
  await endsBySignal(call(), isWaiting);
  letGo();
  await turns();
  expect([sent, events]).toEqual([[], []]);
});

it('G265: while a token is got', async () => {
  const abort = new AbortController();
  const { sent, common } = clientOf([broken]);
  const pay = tokenFetch({ ...common, tokenUrl: 'https://a.example/token', payUrl: 'https://a.example/pay' });
  const calling = pay({ intention: 'pay order 1', method: 'POST', signal: abort.signal });
  calling.catch(() => undefined);
  await until(() => sent.length === 1);
  abort.abort(new Error('no more'));
  await expect(calling).rejects.toThrow('no more');
  await turns();
  expect(sent).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('G265: in a try: the next call goes on by the same key', async () => {
  const { call, endsBySignal, pay, sent, replies } = hanging([]);
  replies.push(() => never);
  await endsBySignal(call(), () => sent.length === 1);
  replies.push(paid);
  await pay();
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
});

it('G265: in a pause: the next call goes on by the same key', async () => {
  const { call, endsBySignal, pay, sent, replies, events } = hanging([broken]);
  await endsBySignal(call(), () => events.at(-1)?.type === 'waiting');
  replies.push(paid);
  await pay();
  expect(sent).toHaveLength(2);
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
});

it('G265: while what an answer said is stored: no pause begins', async () => {
  const { keys, isWaiting, letGo } = slowKeys(2);
  const { call, endsBySignal } = hanging([answer(503, '', { 'retry-after': '600', 'idempotency-key-max-age': '60' })], {
    keys,
  });
  await endsBySignal(call(), isWaiting);
  letGo();
  await turns();
  expect(vi.getTimerCount()).toBe(0);
});

it('G265: while it asks, which has the signal too', async () => {
  const ask = vi.fn(() => never);
  const { call, endsBySignal, pay, replies } = hanging([], { ask });
  replies.push(paid);
  await pay();
  vi.advanceTimersByTime(86_400_000);
  await endsBySignal(call(), () => ask.mock.calls.length > 0);
  expect(ask).toHaveBeenCalledWith(expect.objectContaining({ signal: expect.objectContaining({ aborted: true }) }));
});

it('G265: many pauses leave nothing behind on the caller’s signal', async () => {
  const warned: Error[] = [];
  const warn = (warning: Error) => void warned.push(warning);
  process.on('warning', warn);
  const { call, sent } = hanging([...Array.from({ length: 30 }, () => broken), paid]);
  expect((await settled(call())).status).toBe(201);
  await turns();
  process.off('warning', warn);
  expect(sent).toHaveLength(31);
  expect(warned).toEqual([]);
});
