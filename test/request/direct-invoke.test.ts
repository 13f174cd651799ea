import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type IdempotencyKeyOptions, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { lambdaContext } from '../support/lambda.ts';

const invoked = (options: IdempotencyKeyOptions) => {
  const pay = middy(
    async (_event: unknown, { identity, clientContext }: Context) =>
      `${identity?.cognitoIdentityId} ${clientContext?.custom?.tool}`,
  ).use(idempotencyKey({ store: memoryStore(), key: () => 'k', ...options }));
  return (cognitoIdentityId: string, tool: string) => {
    const told = {
      identity: { cognitoIdentityId, cognitoIdentityPoolId: 'pool' },
      clientContext: { custom: { tool } },
    };
    return pay({ amount: 1 }, { ...lambdaContext(), ...told } as never);
  };
};

describe('what a direct Invoke tells in the context', () => {
  it('names no caller, and is not compared', async () => {
    const call = invoked({});
    expect(await call('ann', 'pay')).toBe('ann pay');
    expect(await call('bob', 'refund')).toBe('ann pay');
  });

  it('does so where `scope` and `fingerprint` say it', async () => {
    const call = invoked({
      scope: (_event, { identity }) => [identity?.cognitoIdentityId, 'pay'],
      fingerprint: (event, { clientContext }) => [event, clientContext?.custom?.tool],
    });
    expect(await call('ann', 'pay')).toBe('ann pay');
    expect(await call('bob', 'pay')).toBe('bob pay');
    await expect(call('ann', 'refund')).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});

describe('a client’s JSON as the whole event, in the form of a request', () => {
  const formOf = (order: object) => ({ ...order, raw_path: '/', method: 'POST', headers: {} });

  it('is compared, where `fingerprint` says so', async () => {
    const options = { store: memoryStore(), key: ({ orderId }: { orderId: string }) => orderId, scope: () => 'iot' };
    const pay = middy(async ({ amount }: { amount: number }) => ({ amount })).use(
      idempotencyKey({ ...options, fingerprint: (event) => event }),
    );
    const call = (amount: number) => pay(formOf({ orderId: 'o-1', amount }) as never, lambdaContext() as never);
    expect(await call(1)).toMatchObject({ amount: 1 });
    expect(await call(1)).toMatchObject({ amount: 1 });
    expect(await call(2)).toMatchObject({ body: expect.stringContaining('PAYLOAD_MISMATCH') });
  });
});
