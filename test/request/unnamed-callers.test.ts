import { describe, expect, it } from 'vitest';
import { fromBody, principalOf, routeOf } from '../../functions/idempotency/entries/main.ts';
import { powertoolsRecords } from '../../functions/idempotency/entries/powertools.ts';
import { changed, fixture, type Sample } from './fixture.ts';
import { behindKey, behindToken, frontDoors } from './front-door.ts';
import { albToken } from './principal/entrances.ts';

const claims = 'requestContext/authorizer/jwt/claims';
const authorizedBy = (name: string, authorizer: unknown): Sample =>
  changed(fixture(name), { 'requestContext/authorizer': authorizer });

describe('an id that JavaScript can’t hold, and so reads as another one', () => {
  it.each<[string, (principalId: number) => Sample]>([
    ['an HTTP API', (principalId) => authorizedBy('http-jwt', { lambda: { principalId } })],
    ['a REST API', (principalId) => authorizedBy('rest-iam', { principalId })],
    ['a WebSocket API', (principalId) => authorizedBy('web-socket-iam', { principalId })],
    ['AppSync', (principalId) => changed(fixture('app-sync-lambda'), { 'identity/resolverContext': { principalId } })],
    ['a channel', (principalId) => changed(fixture('app-sync-events'), { 'identity/handlerContext': { principalId } })],
  ])('G301: is refused as `principalId` of an authorizer of %s, with the cure', async (_entrance, event) => {
    // biome-ignore lint/correctness/noPrecisionLoss: the loss is the point
    for (const id of [9007199254740993, -9007199254740993, 1e300, 0.5]) {
      const { call, runs } = behindKey({ key: () => 'k-1' });
      expect(await call(event(id))).toEqual({ error: expect.stringMatching(/`principalId`.*as text/) });
      expect(runs()).toBe(0);
    }
    const { call } = behindKey({ key: () => 'k-1' });
    expect(await call(event(7))).toEqual({ run: 1 });
    expect(await call(event(8))).toEqual({ run: 2 });
  });
});

describe('an identity that names nobody', () => {
  it.each([
    [
      'a JWT without `sub`',
      authorizedBy('http-jwt', { jwt: { claims: { iss: 'i', email: 'x@example.com' } } }),
      /JWT.*found: iss, email.*`sub`.*`scope: \(event\) => \[event\.requestContext\.authorizer\.jwt\.claims/,
    ],
    [
      'Cognito’s claims in a REST API',
      authorizedBy('rest-cognito', { claims: { iss: 'i', email: 'x@example.com' } }),
      /event\.requestContext\.authorizer\.claims\./,
    ],
    [
      'an HTTP API’s simple authorizer',
      authorizedBy('http-jwt', { lambda: { tier: 'gold' } }),
      /`principalId` in its context/,
    ],
    [
      'an HTTP API’s authorizer without context',
      authorizedBy('http-jwt', { lambda: null }),
      /`principalId` in its context/,
    ],
    ['a REST API’s authorizer', authorizedBy('rest-iam', { tier: 'gold' }), /`principalId` in its policy/],
    ['a WebSocket API’s authorizer', authorizedBy('web-socket-iam', { tier: 'gold' }), /`principalId` in its policy/],
    [
      'an AppSync authorizer',
      changed(fixture('app-sync-lambda'), { 'identity/resolverContext': { tier: 'gold' } }),
      /`principalId` in its `resolverContext`/,
    ],
    [
      'an authorizer of a channel',
      changed(fixture('app-sync-events'), { 'identity/handlerContext': { tier: 'gold' } }),
      /`principalId` in its `handlerContext`/,
    ],
    [
      'a Lattice identity',
      changed(fixture('lattice-v2'), { 'requestContext/identity': { type: 'AWS_IAM' } }),
      /`scope`/,
    ],
    [
      'a login header that a client could have sent by itself',
      changed(fixture('alb-mtls'), { headers: { 'idempotency-key': 'k-1', 'x-amzn-oidc-identity': 'user-3' } }),
      /x-amzn-oidc-data/,
    ],
    [
      'a login header of another user than the signed one',
      changed(fixture('alb-oidc'), { 'headers/x-amzn-oidc-identity': 'user-4' }),
      /agree/,
    ],
    [
      'a certificate that the load balancer has not verified',
      changed(fixture('alb-mtls'), { headers: { 'idempotency-key': 'k-1', 'x-amzn-mtls-clientcert': 'PEM' } }),
      /verify mode/,
    ],
    [
      'a Lattice identity in a form that nobody knows',
      changed(fixture('lattice-v1'), { 'headers/x-amzn-lattice-identity': 'principal: arn:aws:iam::1:user/alice' }),
      /Lattice/,
    ],
    [
      'a Lattice certificate with a list of names',
      changed(fixture('lattice-v2'), { 'requestContext/identity/x509SanUri': ['spiffe://a', 'spiffe://b'] }),
      /`x509SanUri`.*`scope`/,
    ],
    [
      'an issuer that is a list',
      authorizedBy('http-jwt', { jwt: { claims: { iss: ['a', 'b'], sub: 'user-1' } } }),
      /`iss`.*`scope`/,
    ],
    ['AppSync’s issuer that is a list', changed(fixture('app-sync-oidc'), { 'identity/issuer': ['a'] }), /`issuer`/],
    ['a `sub` that is a number', authorizedBy('http-jwt', { jwt: { claims: { sub: 7, username: 'u' } } }), /`sub`/],
    ['an authorizer whose `principalId` is null', authorizedBy('rest-iam', { principalId: null }), /`principalId`/],
    ['an IAM identity that has been emptied', authorizedBy('http-iam', { iam: {} }), /IAM identity.*`scope`/],
    ['an authorizer that is a text', authorizedBy('rest-iam', 'alice'), /`authorizer`/],
    ['an authorizer that hands on a token alone', authorizedBy('rest-iam', { jwt: 'e30' }), /`principalId`/],
    ['an IAM ARN that is a list', authorizedBy('http-iam', { iam: { userArn: ['arn'] } }), /`userArn`/],
    [
      'a certificate that is a text',
      changed(fixture('rest-iam'), { 'requestContext/identity/clientCert': 'CN=a' }),
      /`clientCert`/,
    ],
    ['an AppSync identity that is a text', changed(fixture('app-sync-oidc'), { identity: 'alice' }), /`identity`/],
  ])('G86: is refused at the first request, with the cure for it: %s', async (_case, event, message) => {
    const [, [, makeIdempotent] = []] = frontDoors(event);
    for (const open of [() => behindKey({ key: () => 'k-1' }), makeIdempotent ?? behindKey]) {
      const { call, runs } = await open();
      expect(await call(event)).toEqual({ error: expect.stringMatching(message) });
      expect(runs()).toBe(0);
    }
  });

  it('is cured by a `scope` that names the caller and the route', async () => {
    const { call } = behindKey({
      scope: (event) => [event.requestContext.authorizer.jwt.claims.employee, routeOf(event)],
    });
    const by = (employee: string) => changed(fixture('http-jwt'), { [claims]: { iss: 'i', employee } });
    expect(await call(by('1'))).toEqual({ run: 1 });
    expect(await call(by('2'))).toEqual({ run: 2 });
    expect(await call(by('1'))).toEqual({ run: 1 });
  });

  it('doesn’t matter to Powertools’ records, which have no scope', async () => {
    const { key, fingerprint } = powertoolsRecords({
      tableName: 'records',
      eventKeyJmesPath: 'headers."idempotency-key"',
    });
    const { call } = behindKey({ key, fingerprint });
    const event = () => authorizedBy('http-jwt', { lambda: null });
    expect(await call(event())).toEqual({ run: 1 });
    expect(await call(event())).toEqual({ run: 1 });
    expect(await call(changed(event(), { body: '{}' }))).toEqual({ run: 1 });
  });
});

describe('the user that a load balancer has logged in', () => {
  const loggedIn = (sub: string) =>
    changed(fixture('alb-oidc'), {
      'headers/x-amzn-oidc-identity': sub,
      'headers/x-amzn-oidc-data': albToken({ sub }),
    });

  it('G80: never gets the answer of another one', async () => {
    const { call } = behindKey();
    expect(await call(loggedIn('user-1'))).toEqual({ run: 1 });
    expect(await call(loggedIn('user-2'))).toEqual({ run: 2 });
    expect(await call(loggedIn('user-1'))).toEqual({ run: 1 });
  });
});

describe('people who share a role', () => {
  const signedBy = (session: string) =>
    changed(fixture('rest-iam'), {
      'requestContext/identity/userArn': `arn:aws:sts::123456789012:assumed-role/Federated/${session}`,
    });

  it('are one caller, since the role is', async () => {
    const { call } = behindKey();
    await call(signedBy('jane'));
    expect(await call(signedBy('joe'))).toEqual({ run: 1 });
  });

  it('G80: are told apart by `session`', async () => {
    const { call } = behindKey({ scope: (event) => [principalOf(event, { session: true }), routeOf(event)] });
    expect(await call(signedBy('jane'))).toEqual({ run: 1 });
    expect(await call(signedBy('joe'))).toEqual({ run: 2 });
    expect(await call(signedBy('jane'))).toEqual({ run: 1 });
  });
});

describe('everybody anonymous', () => {
  it.each(['url-none', 'http-v1-format', 'alb-multi-value', 'app-sync-api-key'])('is one caller: %s', async (name) => {
    const { call } = behindKey({ key: () => 'k-1' });
    const [one, other] = [fixture(name), fixture(name)];
    expect(await call(one)).toEqual({ run: 1 });
    expect(await call(changed(other, 'headers' in other ? { 'headers/x-forwarded-for': '198.51.100.7' } : {}))).toEqual(
      {
        run: 1,
      },
    );
  });

  it('is one caller too behind an authorizer with a constant `principalId`', async () => {
    const { call } = behindKey();
    const withToken = (authorization: string) =>
      changed(authorizedBy('rest-lambda-authorizer', { principalId: 'user' }), {
        'headers/Authorization': authorization,
      });
    await call(withToken('jane'));
    expect(await call(withToken('joe'))).toEqual({ run: 1 });
  });
});

describe('a token in an HTML form', () => {
  const form = (body: string) =>
    changed(fixture('http-jwt'), { body, 'headers/content-type': 'application/x-www-form-urlencoded' });

  it('is read by `fromBody`', async () => {
    const { call, token } = await behindToken(form(''), { token: fromBody('token') });
    expect(await call(form(`amount=1&token=${token}`))).toEqual({ run: 1 });
    expect(await call(form('token=made-up'))).toMatchObject({ code: 'REPETITIVE_OPERATION' });
  });

  it.each([
    [{ token: fromBody('token') }, 'the body field token'],
    [{}, 'the header or the query parameter token'],
  ])('is asked for where this function looks for it: $1', async (options, place) => {
    const { call } = await behindToken(form(''), options);
    expect(await call(form('amount=1'))).toEqual({
      code: 'ILLEGAL_ARGUMENT',
      message: `This operation requires a token, in ${place}.`,
    });
  });
});
