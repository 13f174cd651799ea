import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import * as lean from '../../functions/idempotency/entries/lean.ts';
import {
  combine,
  fromBody,
  fromHeader,
  fromPath,
  type IdempotentContext,
  idempotencyKey,
  principalOf,
  recordId,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { lambdaContext } from '../support/lambda.ts';
import { changed, fixture } from './fixture.ts';
import { behindKey } from './front-door.ts';

const request = () => fixture('http-jwt');
const context = { functionName: 'pay' };

describe('a retry that comes after a deployment', () => {
  it('G88: is refused, and never runs again, if only the fingerprint was changed', async () => {
    const store = memoryStore();
    const before = behindKey({ store });
    const after = behindKey({ store, fingerprint: fromBody('amount') });
    await before.call(request());
    expect(await after.call(request())).toMatchObject({ code: 'PAYLOAD_MISMATCH' });
    expect(after.runs()).toBe(0);
  });

  it('G88: gets its answer though function and host were renamed, if namespace and scope say what they were', async () => {
    const store = memoryStore();
    await behindKey({ store }).call(request());
    const after = behindKey({
      store,
      namespace: 'pay',
      scope: (event) => [principalOf(event), ['POST', 'api.example.com', '/orders/{id}']],
    });
    const moved = changed(request(), { 'requestContext/domainName': 'api-2.example.com' });
    expect(await after.call(moved, 'pay-2')).toEqual({ run: 1 });
    expect(after.runs()).toBe(0);
  });

  it('G88: gets its answer on another path, if neither scope nor fingerprint are made of that', async () => {
    const options = {
      store: memoryStore(),
      scope: (event: unknown) => [principalOf(event), 'pay'],
      fingerprint: combine(fromPath('id'), fromBody('amount')),
    };
    await behindKey(options).call(request());
    const after = behindKey(options);
    const moved = { rawPath: '/v2/orders/1', 'requestContext/routeKey': 'POST /v2/orders/{id}' };
    expect(await after.call(changed(request(), moved))).toEqual({ run: 1 });
    expect(after.runs()).toBe(0);
  });
});

describe('the id of a request', () => {
  it('is the same by both entries of the package, and in every version of the function', async () => {
    const id = await recordId({ event: request(), context });
    expect(await lean.recordId({ event: request(), context })).toBe(id);
    expect(await recordId({ event: request(), context: { ...context, functionVersion: '7' } })).toBe(id);
  });

  it('depends on the order of a key’s parts', async () => {
    const parts = [fromPath('id'), fromBody('amount')] as const;
    const [one, other] = [combine(...parts), combine(parts[1], parts[0])];
    expect(await recordId({ event: request(), context, key: one })).not.toBe(
      await recordId({ event: request(), context, key: other }),
    );
  });

  it('depends on the caller with all that names him', async () => {
    const withKey = changed(fixture('rest-api-key'), {
      'requestContext/authorizer': { claims: { iss: 'i', sub: 's' } },
    });
    const without = changed(fixture('rest-api-key'), {
      'requestContext/authorizer': { claims: { iss: 'i', sub: 's' } },
      'requestContext/identity': {},
    });
    expect(await recordId({ event: withKey, context })).not.toBe(await recordId({ event: without, context }));
  });

  it('is what the keys for providers are made of', async () => {
    const derived = async (namespace: string) => {
      const handler = middy(async (_event: unknown, { idempotency }: IdempotentContext) =>
        idempotency.deriveKey('charge'),
      );
      const guard = idempotencyKey({ store: memoryStore(), namespace, key: fromHeader('Idempotency-Key') });
      return handler.use(guard)(request(), lambdaContext() as IdempotentContext);
    };
    expect(await derived('pay')).toBe(await derived('pay'));
    expect(await derived('pay-2')).not.toBe(await derived('pay'));
  });
});
