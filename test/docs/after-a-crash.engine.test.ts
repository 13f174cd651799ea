import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Answer, call, exampleDatabase } from '../support/examples.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

exampleDatabase();

const load = () => import('../../docs/examples/resolve-payment.ts');

let logged: { orderId: string; recordId: string; attempt: number }[] = [];

beforeEach(() => {
  logged = [];
  vi.spyOn(console, 'info').mockImplementation((line: string) => {
    logged.push(JSON.parse(line));
  });
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const payment = (orderId: string, amount = 100) =>
  httpApiEvent({ headers: { 'idempotency-key': orderId }, body: { orderId, amount } });

/** Pays an order in an invocation that is gone before the bank answers. */
const crash = async (orderId: string) => {
  const { bank, handler } = await load();
  const transfer = vi.spyOn(bank, 'transfer').mockReturnValueOnce(new Promise(() => undefined));
  const context = lambdaContext({ getRemainingTimeInMillis: () => 100 });
  await expect(handler(payment(orderId) as never, context as never)).rejects.toThrow('aborted');
  return { handler, transfer, context, ...logged[0] };
};

const codeOf = ({ body }: Answer) => JSON.parse(body).code;
const leaseIsOver = () => new Promise((resolve) => setTimeout(resolve, 1150));

it('a crashed payment is refused until somebody has looked, and then answered with what was found', async () => {
  const { bank, settle } = await load();
  const { handler, transfer, recordId = '' } = await crash('o-1');
  expect(codeOf(await call(handler, payment('o-1')))).toBe('IN_PROGRESS');
  await expect(settle(recordId, 'o-1')).rejects.toThrow('may still be running');
  await leaseIsOver();
  expect(codeOf(await call(handler, payment('o-1')))).toBe('OUTCOME_UNKNOWN');
  const [warning] = vi.mocked(console.warn).mock.lastCall ?? [];
  expect(JSON.parse(warning)).toMatchObject({ level: 'WARN', id: recordId, type: 'outcome-unknown' });
  vi.spyOn(bank, 'find').mockResolvedValue('t-1');
  await settle(recordId, 'o-1');
  const replay = { statusCode: 201, body: '{"transferId":"t-1"}', headers: { 'idempotent-replayed': 'true' } };
  expect(await call(handler, payment('o-1'))).toMatchObject(replay);
  expect(await call(handler, payment('o-1', 5000))).toMatchObject({ statusCode: 422 });
  expect(transfer).toHaveBeenCalledTimes(1);
  await expect(settle(recordId, 'o-1')).rejects.toThrow('is already settled');
  await expect(settle(`${recordId}?`, 'o-1')).rejects.toThrow('does not exist');
});

it('a crashed payment that was not done runs again once it is released, for the same payload', async () => {
  const { settle } = await load();
  const { handler, recordId = '' } = await crash('o-2');
  await leaseIsOver();
  await settle(recordId, 'o-2');
  expect(await call(handler, payment('o-2', 5000))).toMatchObject({ statusCode: 422 });
  expect(await call(handler, payment('o-2'))).toMatchObject({ statusCode: 201 });
  expect(logged.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

it('a payment whose transfer gave no answer in time is refused at once; one that the bank declined runs again', async () => {
  const { bank, handler, settle } = await load();
  vi.spyOn(bank, 'transfer')
    .mockRejectedValueOnce(new DOMException('no answer', 'TimeoutError'))
    .mockRejectedValueOnce(new Error('declined'));
  await expect(call(handler, payment('o-3'))).rejects.toThrow('no answer');
  expect(codeOf(await call(handler, payment('o-3')))).toBe('OUTCOME_UNKNOWN');
  await settle(logged[0]?.recordId ?? '', 'o-3');
  await expect(call(handler, payment('o-3'))).rejects.toThrow('declined');
  expect(await call(handler, payment('o-3'))).toMatchObject({ statusCode: 201 });
  expect(logged.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
});

it('a crashed payment is found without its id, by its lease, and known by its request and its key', async () => {
  const { findCrashed } = await load();
  const { context, recordId = '' } = await crash('o-4');
  expect(await findCrashed()).not.toContainEqual(expect.objectContaining({ id: recordId }));
  await leaseIsOver();
  expect(await findCrashed()).toContainEqual({
    id: recordId,
    attempt: 1,
    claimedAt: expect.any(Number),
    requestId: context.awsRequestId,
    keyHash: createHash('sha256')
      .update(JSON.stringify(['pay', 'o-4']))
      .digest('base64url'),
  });
});
