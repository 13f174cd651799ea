import { setImmediate } from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';
import {
  type ClientEvent,
  type ClientOptions,
  idempotentFetch,
  mapKeys,
  type StoredKey,
} from '../../functions/idempotency/entries/client.ts';

/** What the network does with a try: answers, or fails. */
export type Reply = () => Response | Promise<Response>;

export const answer =
  (status: number, body: unknown = '', headers: Record<string, string> = {}): Reply =>
  () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

export const problem = (status: number, code: string, retryable: boolean, headers = {}): Reply =>
  answer(status, { code, retryable }, { 'content-type': 'application/problem+json', ...headers });

export const broken: Reply = () => Promise.reject(new TypeError('fetch failed'));

export interface Sent {
  url: string;
  method: string;
  key: string | null;
  headers: Headers;
  body: string;
  atMs: number;
}

/** A client on a network that replies as planned, and on a clock that jumps. */
export const clientOf = (replies: Reply[], options: ClientOptions = {}) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 0, 1) });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const sent: Sent[] = [];
  const events: ClientEvent[] = [];
  const stored = new Map<string, StoredKey>();
  const startMs = Date.now();
  const common: ClientOptions = {
    keys: mapKeys(stored),
    onEvent: (event) => events.push(event),
    fetch: async (request) => {
      const { url, method, headers, signal } = request;
      const body = await request.text();
      const key = JSON.parse(headers.get('idempotency-key') ?? 'null');
      sent.push({ url, method, headers, key, body, atMs: Date.now() - startMs });
      const reply = replies.shift();
      if (!reply) throw new Error('one request more than was planned');
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
      return Promise.race([reply(), aborted]);
    },
    ...options,
  };
  const send = idempotentFetch(common);
  const pay = (init: RequestInit & { intention?: string; key?: string } = {}) =>
    settled(
      send('https://api.example.com/payments', {
        intention: 'pay order 1',
        method: 'POST',
        body: '{"amount":1}',
        ...init,
      } as never),
    );
  return { pay, common, send, sent, events, stored, replies };
};

/** Lets the clock jump until a promise has settled. */
export const settled = async <Value>(promise: Promise<Value>): Promise<Value> => {
  let isOver = false;
  const ending = promise.finally(() => {
    isOver = true;
  });
  ending.catch(() => undefined);
  while (!isOver) {
    for (let turns = 0; turns < 20; turns += 1) await setImmediate();
    if (!isOver) vi.advanceTimersToNextTimer();
  }
  return ending;
};
