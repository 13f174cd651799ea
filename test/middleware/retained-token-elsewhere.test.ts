import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  type IdempotentContext,
  issueToken,
  principalOf,
  type SingleUseTokenOptions,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { changed, fixture, type Sample } from '../request/fixture.ts';
import { lambdaContext } from '../support/lambda.ts';

type RetainingOptions = Extract<SingleUseTokenOptions, { retainResult: true }>;

const request = (changes: Readonly<Record<string, unknown>> = {}): Sample => changed(fixture('url-iam'), changes);

/** One token, and a function that uses it under any name. */
const issued = async (options: Partial<RetainingOptions> = {}, scope: unknown = principalOf(request())) => {
  const store = memoryStore();
  const { namespace } = options;
  const token = await issueToken(store, { scope, ...(namespace !== undefined && { namespace }) });
  const use = async (event: unknown, context: object = {}, statusCode = 201): Promise<unknown> => {
    const lambda = lambdaContext(context);
    const run = async () => ({ statusCode, body: `by ${lambda.functionName}` });
    const guard = singleUseToken({ store, token: () => token, ...options, retainResult: true });
    return middy(run).use(guard)(event as never, lambda as IdempotentContext);
  };
  return { use };
};

const paid = { statusCode: 201, body: 'by pay' };
const refused = { statusCode: 422, body: expect.stringContaining('PAYLOAD_MISMATCH') };

describe.each<[string, Partial<RetainingOptions>]>([
  ['by default', {}],
  ['with a `fingerprint` of its own', { fingerprint: () => 'the same' }],
])('G314: a retained token, %s', (_case, options) => {
  it('that one function has used is refused by another one', async () => {
    const { use } = await issued(options);
    expect(await use(request())).toMatchObject(paid);
    expect(await use(request(), { functionName: 'cancel' })).toMatchObject(refused);
    expect(await use(request())).toMatchObject(paid);
  });

  it('that was used on one host, or path, is refused on another', async () => {
    const { use } = await issued(options);
    expect(await use(request())).toMatchObject(paid);
    expect(await use(request({ 'requestContext/domainName': 'other.example.com' }))).toMatchObject(refused);
    expect(await use(request({ rawPath: '/refunds/1' }))).toMatchObject(refused);
  });

  it('is a repeat for another version, alias, Region and API of the function', async () => {
    const { use } = await issued(options);
    expect(await use(request())).toMatchObject(paid);
    const there = {
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:210987654321:function:pay:live',
      functionVersion: '7',
    };
    expect(await use(request({ 'requestContext/apiId': 'another' }), there)).toMatchObject(paid);
  });

  it('is told apart outside HTTP too', async () => {
    const { use } = await issued({ ...options, scope: () => 'all' }, 'all');
    expect(await use({ orderId: 'o-1' })).toMatchObject(paid);
    const other = use({ orderId: 'o-1' }, { functionName: 'cancel' });
    await expect(other).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });
});

it('G314: two functions of one `namespace` count as one', async () => {
  const { use } = await issued({ namespace: 'payments' });
  expect(await use(request())).toMatchObject(paid);
  expect(await use(request(), { functionName: 'pay-eu' })).toMatchObject(paid);
});

it('G314: a retained token that one function has answered with 422 is good for all', async () => {
  const { use } = await issued();
  expect(await use(request(), {}, 422)).toMatchObject({ statusCode: 422, body: 'by pay' });
  expect(await use(request(), { functionName: 'cancel' })).toMatchObject({ statusCode: 201, body: 'by cancel' });
});
