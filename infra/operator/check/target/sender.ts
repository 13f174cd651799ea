import { setTimeout as sleep } from 'node:timers/promises';
import { NotTried } from '../not-tried.ts';
import type { Answer, Exchange, Role, SentRequest } from './exchange.ts';

export interface SenderSettings {
  maxRequests: number;
  timeoutMs: number;
  signal: AbortSignal;
}

export interface Sender {
  /** Everything that was sent. */
  readonly exchanges: readonly Exchange[];
  /** @throws {NotTried} when that would be more requests than are allowed */
  send(role: Role, request: SentRequest): Promise<Exchange>;
  /** Waits, unless Ctrl-C is pressed. */
  pause(ms: number): Promise<void>;
}

const noAnswer = (reason: string, ms: number): Answer => ({
  status: 0,
  statusText: '',
  headers: new Headers(),
  body: reason,
  ms,
});

const reasonOf = (error: unknown): string => {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message ?? message);
};

export const createSender = ({ maxRequests, timeoutMs, signal }: SenderSettings): Sender => {
  const exchanges: Exchange[] = [];
  let sent = 0;

  const answerTo = async ({ method, url, headers, body }: SentRequest): Promise<Answer> => {
    const startedMs = performance.now();
    const elapsedMs = () => performance.now() - startedMs;
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ...(body !== undefined && { body }),
      });
      const text = await response.text();
      const { status, statusText } = response;
      return { status, statusText, headers: response.headers, body: text, ms: elapsedMs() };
    } catch (error) {
      signal.throwIfAborted();
      return noAnswer(reasonOf(error), elapsedMs());
    }
  };

  return {
    exchanges,
    send: async (role, request) => {
      if (sent >= maxRequests) throw new NotTried(`give --max-requests more than ${maxRequests}`);
      sent += 1;
      const exchange = { role, request, answer: await answerTo(request) };
      exchanges.push(exchange);
      return exchange;
    },
    pause: (ms) => sleep(ms, undefined, { signal }),
  };
};
