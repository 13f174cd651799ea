import { describe, expect, it } from 'vitest';
import { principalOf } from '../../../functions/idempotency/request/principal/principal-of.ts';
import { changed, fixture, type Sample } from '../fixture.ts';
import { spiffeCertificate } from './entrances.ts';

const account = '123456789012';

const callerWith = (claims: object) =>
  principalOf(changed(fixture('http-jwt'), { 'requestContext/authorizer/jwt/claims': claims }));

const signedAs = (iam: object, options?: { session?: boolean }) =>
  principalOf(changed(fixture('http-iam'), { 'requestContext/authorizer/iam': iam }), options);

describe('the bearer of a token', () => {
  const iss = 'https://issuer.example.com';

  it.each([
    ['Auth0', { iss, sub: 'auth0|1', azp: 'client' }, { iss, sub: 'auth0|1' }],
    [
      'Auth0, machine to machine',
      { iss, sub: 'client@clients', gty: 'client-credentials' },
      { iss, sub: 'client@clients' },
    ],
    ['Entra ID', { iss, sub: 'pairwise', oid: 'o', tid: 't' }, { iss, sub: 'pairwise' }],
    ['Entra ID, as AD FS issues it', { iss, oid: 'o', upn: 'a@x', appid: 'client' }, { iss, oid: 'o' }],
    ['Okta', { iss, sub: 'a@x', uid: 'u', cid: 'client' }, { iss, sub: 'a@x' }],
    ['Cognito', { iss, 'cognito:username': 'a', aud: 'client' }, { iss, 'cognito:username': 'a' }],
    [
      'Cognito, machine to machine',
      { iss, sub: 'client', client_id: 'client', token_use: 'access' },
      { iss, sub: 'client' },
    ],
    ['client credentials without a subject', { iss, client_id: 'client', scope: 's' }, { iss, client_id: 'client' }],
  ])('of %s is named', (_issuer, claims, jwt) => {
    expect(callerWith(claims)).toEqual({ jwt });
  });

  it('is never taken for the application that a user uses', () => {
    for (const claim of [
      'email',
      'upn',
      'preferred_username',
      'name',
      'user_id',
      'customer',
      'https://example.com/id',
    ]) {
      expect(() => callerWith({ iss, client_id: 'client', [claim]: 'x' })).toThrow(/`scope`/);
    }
  });
});

describe('an IAM caller', () => {
  it.each([
    [`arn:aws:iam::${account}:root`, `arn:aws:iam::${account}:root`],
    [`arn:aws:iam::${account}:user/team/jane`, `arn:aws:iam::${account}:user/team/jane`],
    [`arn:aws:sts::${account}:federated-user/jane`, `arn:aws:sts::${account}:federated-user/jane`],
    [`arn:aws-cn:sts::${account}:assumed-role/R/s`, `arn:aws-cn:sts::${account}:assumed-role/R`],
    [`arn:aws-us-gov:sts::${account}:assumed-role/R/s@x.y`, `arn:aws-us-gov:sts::${account}:assumed-role/R`],
  ])('%s is %s', (userArn, iam) => {
    expect(signedAs({ userArn })).toEqual({ iam });
  });

  it('without an ARN is named by the unique id, of a role without the session', () => {
    expect(signedAs({ userId: 'AROAEXAMPLE1:session' })).toEqual({ iam: 'AROAEXAMPLE1' });
    expect(signedAs({ callerId: 'AIDAEXAMPLE1' })).toEqual({ iam: 'AIDAEXAMPLE1' });
  });

  it('is a session of a role, if that is wanted', () => {
    const userArn = `arn:aws:sts::${account}:assumed-role/R/jane@example.com`;
    expect(signedAs({ userArn }, { session: true })).toEqual({ iam: userArn });
  });
});

describe('a caller', () => {
  it('is not named by what only stands inside another name of the certificate', () => {
    const event = changed(fixture('rest-client-certificate'), {
      'requestContext/identity/clientCert/clientCertPem': spiffeCertificate('spiffe-in-a-dns-name'),
    });
    expect(principalOf(event)).toEqual({ clientCert: { subject: 'C=US,O=SPIRE', issuer: 'C=US,O=SPIRE' } });
  });

  it('G320: is told apart from others of its subject and issuer by the text of a certificate that can’t be read', () => {
    const cutOff = (name: string) => spiffeCertificate(name).slice(0, -60);
    const throughApi = (clientCertPem: string) =>
      principalOf(
        changed(fixture('rest-client-certificate'), {
          'requestContext/identity/clientCert/clientCertPem': clientCertPem,
        }),
      );
    const throughBalancer = (leaf: string) =>
      principalOf(changed(fixture('alb-mtls'), { 'headers/x-amzn-mtls-clientcert-leaf': leaf }));
    for (const [of, write] of [
      [throughApi, (pem: string) => pem],
      [throughBalancer, encodeURIComponent],
      [throughBalancer, (pem: string) => `%${pem}`],
    ] as const) {
      const [orders, payments] = ['spiffe-orders-renewed', 'spiffe-payments'].map((name) => of(write(cutOff(name))));
      expect(orders).not.toEqual(payments);
      expect(of(write(cutOff('spiffe-payments')))).toEqual(payments);
    }
  });

  it('is named by a REST API’s Lambda authorizer, whatever else that has in its context', () => {
    const authorizer = { principalId: 'user-1', lambda: 'text', claims: 'text', jwt: 'text' };
    const event = changed(fixture('rest-lambda-authorizer'), { 'requestContext/authorizer': authorizer });
    expect(principalOf(event)).toEqual({ authorizer: 'user-1' });
  });

  it('with several identities is all of them', () => {
    const event = changed(fixture('rest-api-key'), {
      'requestContext/authorizer': { claims: { iss: 'i', sub: 's' } },
      'requestContext/identity/clientCert': { subjectDN: 'CN=s', issuerDN: 'CN=i', clientCertPem: 'CERT_CONTENT' },
    });
    expect(principalOf(event)).toEqual({
      jwt: { iss: 'i', sub: 's' },
      clientCert: { subject: 'CN=s', issuer: 'CN=i', pem: 'CERT_CONTENT' },
      apiKey: 'keyid00001',
    });
  });

  it('whose API key has no id is known by a hash of it, never by the key', () => {
    const event = changed(fixture('rest-api-key'), { 'requestContext/identity/apiKeyId': null });
    expect(principalOf(event)).toEqual({ apiKey: { sha256: expect.stringMatching(/^[\w-]{43}$/) } });
    expect(JSON.stringify(principalOf(event))).not.toContain('EXAMPLEKEY1');
  });

  it('is named by a Lambda authorizer’s number too, which is another caller than its text', () => {
    const named = (principalId: unknown) =>
      principalOf(changed(fixture('http-lambda-authorizer'), { 'requestContext/authorizer/lambda': { principalId } }));
    expect(named(42)).toEqual({ authorizer: 42 });
    expect(named('42')).not.toEqual(named(42));
  });

  it('from the same VPC as others is not known by it', () => {
    const identity = { sourceVpcArn: 'arn:aws:ec2:us-east-2:123456789012:vpc/vpc-1' };
    expect(principalOf(changed(fixture('lattice-v2'), { 'requestContext/identity': identity }))).toBe('anonymous');
  });

  it.each<[what: string, event: Sample]>([
    ['an HTTP API', changed(fixture('http-jwt'), { requestContext: { http: { method: 'POST' } } })],
    ['a function URL', changed(fixture('url-iam'), { requestContext: undefined })],
    ['a REST API', changed(fixture('rest-cognito'), { requestContext: { requestId: 'r' } })],
    ['a WebSocket', { requestContext: { connectionId: 'c', routeKey: 'pay' }, body: '{}' }],
  ])('G336: of a request that a parser has left without what AWS says of it is refused: %s', (_what, event) => {
    expect(() => principalOf(event)).toThrow(/`requestContext` of this request.*parser.*after the guard.*`scope`/);
  });

  it('of a queue, a stream, or nothing at all is anonymous', () => {
    for (const event of [
      fixture('sqs'),
      fixture('step-functions'),
      fixture('bedrock-agent'),
      undefined,
      null,
      'text',
      [],
    ]) {
      expect(principalOf(event)).toBe('anonymous');
    }
  });

  it('is never read from a prototype', () => {
    const authorizer = Object.create({ principalId: 'inherited' });
    expect(() => principalOf(changed(fixture('url-none'), { 'requestContext/authorizer': authorizer }))).toThrow(
      '`authorizer`',
    );
  });
});
