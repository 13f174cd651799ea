import { recordId } from 'middy-idempotency';
import { expect, it } from 'vitest';
import { options } from './stable-ids.ts';

const request = {
  version: '2.0',
  rawPath: '/payments',
  headers: { 'idempotency-key': 'k-1' },
  requestContext: {
    requestId: 'a',
    http: { method: 'POST' },
    authorizer: { jwt: { claims: { iss: 'https://idp.example.com/', sub: 'user-1' } } },
  },
  body: '{"orderId":"o-1","amount":100}',
};

it('leaves the requests in flight their records', async () => {
  const deployed = 'payments#qv9pV6KOV2mg6FGFjzfERGlfcsPOpZKXCHj0zQf-Tww'; // printed by the version before
  expect(await recordId({ ...options, event: request })).toBe(deployed);
});
