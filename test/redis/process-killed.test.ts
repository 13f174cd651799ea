import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import middy from '@middy/core';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { type IdempotentContext, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { redisStore } from '../../functions/idempotency/entries/redis.ts';
import type { Answer } from '../faults/harness.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { describeRedis, sharedPort } from '../support/redis.ts';

const invocation = join(import.meta.dirname, '../fixtures/killed-at-on-redis.ts');
const event = httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: {} });

describeRedis('on Redis, a process that is killed', () => {
  const client = new Redis({ port: sharedPort(), lazyConnect: true });
  afterAll(() => client.disconnect());

  const killedAt = async (point: string) => {
    const keyPrefix = `${crypto.randomUUID()}:`;
    const child = spawn(process.execPath, [invocation, String(sharedPort()), keyPrefix, point], { stdio: 'inherit' });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    let laterMs = 0;
    const options = { store: redisStore({ client, keyPrefix }), now: () => Date.now() + laterMs, tellRetention: false };
    const guarded = middy(async (_event: unknown, { idempotency }: IdempotentContext) => {
      await client.incr(`${keyPrefix}effects`);
      return { statusCode: 201, body: `attempt ${idempotency.attempt}` };
    }).use(idempotencyKey(options));
    const rejecting = middy(async () => ({ statusCode: 201 })).use(
      idempotencyKey({ ...options, afterCrash: 'reject' }),
    );
    const context = () => lambdaContext() as IdempotentContext;
    return {
      repeat: () => guarded(event, context()) as Promise<Answer>,
      repeatRejecting: () => rejecting(event, context()) as Promise<Answer>,
      leaseEnds: () => {
        laterMs += 60_000;
      },
      effects: async () => Number(await client.get(`${keyPrefix}effects`)),
    };
  };

  it('G8: before the claim has left nothing: the repeat runs at once', async () => {
    const { repeat, effects } = await killedAt('before the claim');
    expect(await repeat()).toEqual({ statusCode: 201, body: 'attempt 1' });
    expect(await effects()).toBe(1);
  });

  it.each([
    ['after the claim', 1],
    ['in the handler', 1],
    ['after the effect', 2],
    ['before the completion', 2],
  ])(
    'G9: %s blocks the repeat until its lease ends; then it runs as attempt 2, unless it must not',
    async (point, total) => {
      const { repeat, repeatRejecting, leaseEnds, effects } = await killedAt(point);
      expect(await repeat()).toMatchObject({ statusCode: 409, body: expect.stringContaining('IN_PROGRESS') });
      leaseEnds();
      expect(await repeatRejecting()).toMatchObject({
        statusCode: 409,
        body: expect.stringContaining('OUTCOME_UNKNOWN'),
      });
      expect(await repeat()).toEqual({ statusCode: 201, body: 'attempt 2' });
      expect(await effects()).toBe(total);
    },
  );

  it('G10: after the completion, a repeat gets the first answer', async () => {
    const { repeat, effects } = await killedAt('after the completion');
    expect(await repeat()).toMatchObject({ statusCode: 201, body: 'first' });
    expect(await effects()).toBe(1);
  });
});
