import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJwtAuthorizer, type JwtAuthorizer } from '../../infra/local/jwt-authorizer.ts';
import { type Issuer, startIssuer } from './issuer.ts';

let issuer: Issuer;
let authorizer: JwtAuthorizer;

beforeAll(async () => {
  issuer = await startIssuer();
  authorizer = createJwtAuthorizer({ issuer: issuer.url, audience: ['pay'] });
});

afterAll(() => issuer.close());

const authorize = (header?: string, scopes: string[] = []) => authorizer.authorize(header, scopes);

test('a token of the issuer is taken, its claims as text', async () => {
  const token = issuer.token({ groups: ['a', 'b'], exp: 9999999999, iat: 1, admin: true });
  const claims = {
    iss: issuer.url,
    aud: 'pay',
    sub: 'u-1',
    iat: '1',
    exp: '9999999999',
    groups: '[a b]',
    admin: 'true',
  };
  const allowed = { status: 'allowed', jwt: { claims, scopes: null } };
  expect(await authorize(`Bearer ${token}`)).toEqual(allowed);
  expect(await authorize(token)).toEqual(allowed);
});

test('a token for a client is taken where it names no audience', async () => {
  expect(await authorize(issuer.token({ aud: undefined, client_id: 'pay' }))).toMatchObject({ status: 'allowed' });
});

const forged = (token: string) => {
  const [head, , signature] = token.split('.');
  const claims = { iss: issuer.url, aud: 'pay', sub: 'admin', exp: 9999999999 };
  return `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
};

test.each<[string, () => string | undefined]>([
  ['no token', () => undefined],
  ['what is no token', () => 'Bearer abc'],
  ['a token of another issuer', () => issuer.token({ iss: 'https://other.example' })],
  ['a token for somebody else', () => issuer.token({ aud: ['ship'] })],
  ['a token that has expired', () => issuer.token({ exp: 1 })],
  ['a token without an end', () => issuer.token({ exp: undefined })],
  ['a token that is not good yet', () => issuer.token({ nbf: 9999999998 })],
  ['a token by an unknown key', () => issuer.token({}, { kid: 'k2' })],
  ['a token without a signature', () => issuer.token({}, { alg: 'none' })],
  ['a token by a shared secret', () => issuer.token({}, { alg: 'HS256' })],
  ['a token with other claims than were signed', () => forged(issuer.token())],
])('%s is refused', async (_which, header) => {
  expect(await authorize(header())).toEqual({ status: 'unauthorized' });
});

test('a route that wants a scope takes one of them', async () => {
  expect(await authorize(issuer.token({ scope: 'read pay' }), ['pay', 'refund'])).toMatchObject({ status: 'allowed' });
  expect(await authorize(issuer.token({ scope: 'read' }), ['pay'])).toEqual({ status: 'forbidden' });
  expect(await authorize(issuer.token(), ['pay'])).toEqual({ status: 'forbidden' });
});

test('an issuer that publishes nothing is an error that names where it was looked for', async () => {
  const lost = createJwtAuthorizer({ issuer: `${issuer.url}/lost`, audience: ['pay'] });
  await expect(lost.authorize(issuer.token({ iss: `${issuer.url}/lost` }), [])).rejects.toThrow(
    '/lost/.well-known/openid-configuration answered 404',
  );
});
