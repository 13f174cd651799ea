import { parse } from 'node:querystring';
import middy from '@middy/core';
import { expect, it } from 'vitest';
import { type IdempotencyKeyOptions, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Form {
  body: unknown;
}

const form = (body: string) =>
  httpApiEvent({ headers: { 'idempotency-key': 'k', 'content-type': 'application/x-www-form-urlencoded' }, body });

const firstTwo = ({ body }: Form): object => ({ ...parse(String(body), '&', '=', { maxKeys: 2 }) });

const paying = (options: IdempotencyKeyOptions = {}) => idempotencyKey({ store: memoryStore(), ...options });

const said = async (pay: (event: never, context: never) => Promise<unknown>, ...events: object[]) => {
  const answers: unknown[] = [];
  for (const event of events) {
    const { statusCode, body } = (await pay(event as never, lambdaContext() as never)) as Record<string, unknown>;
    answers.push(statusCode === 201 ? JSON.parse(String(body)) : statusCode);
  }
  return answers;
};

const [one, other] = ['to=ann&amount=5&cap=9', 'to=ann&cap=9&amount=5'];

it('the order of names is nothing to the guard, so a reader of the first two fields is misled behind it', async () => {
  const pay = middy(async (event: Form) => ({ statusCode: 201, body: JSON.stringify(firstTwo(event)) })).use(paying());
  expect(await said(pay, form(one), form(other))).toEqual([
    { to: 'ann', amount: '5' },
    { to: 'ann', amount: '5' },
  ]);
});

it('such a reader is told apart before the guard, as a middleware that sets the body', async () => {
  const pay = middy(async ({ body }: Form) => ({ statusCode: 201, body: JSON.stringify(body) }))
    .before(({ event }) => {
      event.body = firstTwo(event);
    })
    .use(paying());
  expect(await said(pay, form(one), form(other), form(one))).toEqual([
    { to: 'ann', amount: '5' },
    422,
    { to: 'ann', amount: '5' },
  ]);
});
