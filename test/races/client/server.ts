import middy from '@middy/core';
import {
  type IdempotencyInfo,
  type IdempotencyKeyOptions,
  idempotencyKey,
  issueToken,
  singleUseToken,
} from '../../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';
import { deletingStore } from '../deleting-store.ts';
import type { Plan, RunFate } from './plan.ts';
import { never, sleep } from './virtual-time.ts';

/** How long Lambda lets a run go on, and what API Gateway then says. */
const functionTimeoutMs = 6000;

/** Longer than any plan takes: an expired token is as good as a used one. */
const tokenSeconds = 7 * 86_400;

export interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Server {
  /** Calls the function as API Gateway does; `onPaid` is told of a payment that the call has made. */
  call(
    request: { path: string; headers: Record<string, string>; body: string },
    onPaid: (payment: string) => void,
  ): Promise<Answer>;
}

export type Protection = 'key' | 'key, rejecting after a crash' | 'token, retained' | 'token, consumed';

/** The function under test: pays at a provider that knows the keys of payments. */
export const createServer = (protection: Protection, { retentionSeconds, seed }: Plan, fates: RunFate[]): Server => {
  const store = protection === 'token, consumed' ? deletingStore() : memoryStore();
  /** What the provider remembers, as long as the server does, of each key. */
  const provider = new Map<string, { payment: string; untilMs: number }>();

  const pay = async (
    event: { body: string; onPaid(payment: string): void; fate?: RunFate },
    { idempotency, awsRequestId }: { idempotency?: IdempotencyInfo; awsRequestId: string },
  ): Promise<Answer> => {
    const key = idempotency?.deriveKey('payment') ?? awsRequestId;
    const fate = fates.shift() ?? 'pays';
    const { payload } = JSON.parse(event.body);
    await sleep(fate === 'takes long' ? 5000 : 200);
    const known = provider.get(key);
    const isPaid = known !== undefined && Date.now() < known.untilMs;
    if (!isPaid && fate === 'declines') return { statusCode: 402, body: 'declined' };
    if (!isPaid && fate === 'finds it invalid') return { statusCode: 422, body: 'invalid' };
    if (!isPaid && fate === 'throws') throw new RangeError('broken');
    if (fate === 'dies') return never;
    const { payment } = isPaid ? known : { payment: `${key} at ${Date.now()}` };
    if (!isPaid) provider.set(key, { payment, untilMs: Date.now() + retentionSeconds * 1000 });
    event.onPaid(payment);
    if (fate === 'dies when it has paid') return never;
    await sleep(100);
    return { statusCode: 201, body: JSON.stringify({ payment, payload }) };
  };

  const options: IdempotencyKeyOptions = {
    store,
    now: Date.now,
    retentionSeconds,
    tellRetention: seed % 2 === 0,
    quiet: true,
    afterCrash: protection === 'key, rejecting after a crash' ? 'reject' : 'rerun',
  };
  const middleware = {
    key: () => idempotencyKey(options),
    'key, rejecting after a crash': () => idempotencyKey(options),
    'token, retained': () => singleUseToken({ ...options, retainResult: true }),
    'token, consumed': () => singleUseToken({ store, now: Date.now, quiet: true }),
  }[protection]();
  const handler = middy(pay as never, { timeoutEarlyInMillis: 0 }).use(middleware as never);

  return {
    async call({ path, headers, body }, onPaid) {
      if (path === '/token') {
        const token = await issueToken(store, { scope: 'anonymous', ttlSeconds: tokenSeconds, now: Date.now });
        return { statusCode: 200, body: JSON.stringify({ token }) };
      }
      const deadlineMs = Date.now() + functionTimeoutMs;
      const context = lambdaContext({ getRemainingTimeInMillis: () => deadlineMs - Date.now() });
      const event = { ...httpApiEvent({ path, headers, body }), onPaid };
      const failed = { statusCode: 500, body: '{"message":"Internal Server Error"}' };
      const run = (handler as unknown as (event: object, context: object) => Promise<Answer>)(event, context);
      return Promise.race([run.catch(() => failed), sleep(functionTimeoutMs).then(() => failed)]);
    },
  };
};
