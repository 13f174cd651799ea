import middy, { type MiddlewareObj } from '@middy/core';
import { describe, expect, it } from 'vitest';
import { idempotencyKey, type OnAnswer, stillRunning } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const constant = { statusCode: 409, body: '{"error":"conflict"}' };

const counting = (onAnswer?: OnAnswer) => {
  let runs = 0;
  const handler = middy(async () => {
    runs += 1;
    return constant;
  }).use(idempotencyKey({ store: memoryStore(), quiet: true, ...(onAnswer && { onAnswer }) }) as MiddlewareObj);
  return {
    send: (key: string) => handler(httpApiEvent({ headers: { 'idempotency-key': key }, body: {} }), lambdaContext()),
    runs: () => runs,
  };
};

describe('a constant that a handler answers with', () => {
  it('is remembered, though `onAnswer` has made a refusal of it before', async () => {
    const { send, runs } = counting((answer, { error }) => (error ? constant : answer));
    expect(await send('')).toMatchObject({ statusCode: 409 });
    for (const _ of [1, 2]) expect(await send('b')).toMatchObject(constant);
    expect(runs()).toBe(1);
  });

  it('is remembered, though it was marked with `stillRunning` before', async () => {
    stillRunning(constant);
    const { send, runs } = counting();
    for (const _ of [1, 2]) expect(await send('b')).toMatchObject(constant);
    expect(runs()).toBe(1);
  });
});
