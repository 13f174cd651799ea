import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type IdempotencyKeyOptions, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { lambdaContext } from '../support/lambda.ts';
import { fixture, type Sample } from './fixture.ts';
import { behindKey } from './front-door.ts';

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

describe('JSON of one’s own that has some of the names of an event', () => {
  it.each<[string, object, object]>([
    [
      'EventBridge',
      { 'detail-type': 'reminder', id: 'a', time: '09:00' },
      { 'detail-type': 'reminder', id: 'b', time: '17:00' },
    ],
    [
      'ActiveMQ',
      { messageID: 'a', messageType: 'jms/reminder', timestamp: '09:00' },
      { messageID: 'b', messageType: 'jms/reminder', timestamp: '17:00' },
    ],
    ['SQS', { eventSource: 'aws:sqs', messageId: 'a' }, { eventSource: 'aws:sqs', messageId: 'b' }],
    ['S3', { eventSource: 'aws:s3', eventTime: '09:00' }, { eventSource: 'aws:s3', eventTime: '17:00' }],
    [
      'AppSync',
      { identity: null, request: { to: 'ann' }, fieldName: 'x' },
      { identity: null, request: { to: 'bob' }, fieldName: 'x' },
    ],
    [
      'a topic',
      { topic: 't', timestampType: 'CREATE_TIME', partition: 0, offset: 1, timestamp: 1 },
      { topic: 't', timestampType: 'CREATE_TIME', partition: 0, offset: 2, timestamp: 2 },
    ],
    [
      'a batch',
      { Records: [{ eventSource: 'aws:sqs', messageId: 'a' }] },
      { Records: [{ eventSource: 'aws:sqs', messageId: 'b' }] },
    ],
  ])('G48: is compared whole: %s', async (_what, one, other) => {
    const { call } = behindKey({ key: () => 'u1', scope: () => 'jobs' });
    expect(await call(one)).toEqual({ run: 1 });
    expect(await call(structuredClone(one))).toEqual({ run: 1 });
    expect(await call(other)).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });

  it.each(['sqs', 'eventbridge', 'kinesis', 's3', 'sns', 'app-sync-cognito'])(
    'but an event of AWS is known by all of its fields, whatever it gets besides: %s',
    async (name) => {
      const event = fixture(name);
      const record = ((event['Records'] as Sample[] | undefined)?.[0] ?? event) as Sample;
      const again = {
        ...record,
        ...{ sqs: { messageId: 'b' }, eventbridge: { id: 'b' }, kinesis: { eventID: 'b' } }[name],
      };
      const { call } = behindKey({ key: () => 'k', scope: () => 'jobs' });
      expect(await call({ ...record, added: 1 })).toEqual({ run: 1 });
      expect(await call({ ...again, added: 1 })).toEqual({ run: 1 });
      expect(await call({ ...again, added: 2 })).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
    },
  );
});
