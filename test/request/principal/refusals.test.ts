import { describe, expect, it } from 'vitest';
import { principalOf } from '../../../functions/idempotency/request/principal/principal-of.ts';
import { changed, fixture, type Sample } from '../fixture.ts';

const authorizedBy = (authorizer: unknown, name = 'http-jwt'): Sample =>
  changed(fixture(name), { 'requestContext/authorizer': authorizer });

const withHeaders = (headers: Readonly<Record<string, unknown>>): Sample => changed(fixture('alb-oidc'), { headers });

const { 'x-amzn-oidc-data': data, 'x-amzn-oidc-identity': identity } = fixture<{ headers: Sample }>('alb-oidc').headers;

class Session {
  readonly #user: string;
  constructor(user: string) {
    this.#user = user;
  }
  get principalId() {
    return this.#user;
  }
}

describe('G86: an identity that tells no callers apart is refused, with the cure for it:', () => {
  it.each([
    [
      'a JWT without a subject',
      authorizedBy({ jwt: { claims: { iss: 'i', email: 'secret@x' } } }),
      /iss, email.*`sub`.*`scope`.*authorizer\.jwt\.claims/,
    ],
    ['Cognito’s claims of nobody', authorizedBy({ claims: { iss: 'i' } }, 'rest-iam'), /authorizer\.claims/],
    ['a session in the place of an authorizer', authorizedBy(new Session('secret')), /`authorizer`.*`scope`/],
    ['a Map in its place', authorizedBy(new Map([['principalId', 'secret']])), /`authorizer`.*`scope`/],
    [
      'one that inherits its user',
      authorizedBy(Object.create({ principalId: 'secret' }), 'rest-iam'),
      /`authorizer`.*`scope`/,
    ],
    ['a JWT without claims', authorizedBy({ jwt: { scopes: [] } }), /JWT.*nothing/],
    ['scopes of no token, format 1.0', authorizedBy({ scopes: 'orders:write' }, 'http-v1-format'), /`principalId`/],
    [
      'a list of scopes of no token, format 1.0',
      authorizedBy({ claims: null, scopes: ['orders:write'] }, 'http-v1-format'),
      /`principalId`/,
    ],
    ['a Lambda authorizer’s empty context', authorizedBy({ lambda: {} }), /`principalId`.*context/],
    ['a Lambda authorizer’s missing context', authorizedBy({ lambda: null }), /`principalId`/],
    [
      'a Lambda authorizer’s context',
      authorizedBy({ lambda: { tier: 'secret' } }),
      /tier.*`principalId` in its context/,
    ],
    [
      'a REST Lambda authorizer’s context',
      authorizedBy({ integrationLatency: 1 }, 'rest-iam'),
      /`principalId` in its policy/,
    ],
    [
      'a WebSocket authorizer’s context',
      authorizedBy({ tier: 'secret' }, 'web-socket-iam'),
      /`principalId` in its policy/,
    ],
    ...[
      'accessKey',
      'accountId',
      'principalOrgId',
      'cognitoIdentityPoolId',
      'cognitoAuthenticationType',
      'cognitoAuthenticationProvider',
    ].map((name): [string, Sample, RegExp] => [
      `an identity of which a schema has left ${name} alone`,
      changed(fixture('rest-cognito-identity'), { 'requestContext/identity': { sourceIp: '1', [name]: 'secret' } }),
      new RegExp(`IAM.*${name}.*\`scope\``),
    ]),
    ['IAM credentials of nobody', authorizedBy({ iam: { accessKey: 'secret' } }), /IAM.*accessKey.*`scope`/],
    [
      'the session that all users of an identity pool share',
      changed(fixture('rest-cognito-identity'), { 'requestContext/identity/cognitoIdentityId': null }),
      /IAM/,
    ],
    [
      'a certificate without a subject',
      changed(fixture('http-client-certificate'), {
        'requestContext/authentication/clientCert': { issuerDN: 'secret' },
      }),
      /certificate.*issuer/,
    ],
    ['a login header alone', withHeaders({ 'x-amzn-oidc-identity': 'secret' }), /load balancer.*authenticate/],
    ['a login of somebody else', withHeaders({ 'x-amzn-oidc-data': data, 'x-amzn-oidc-identity': 'secret' }), /agree/],
    ['a login without its header', withHeaders({ 'x-amzn-oidc-data': data }), /agree/],
    [
      'a login token of no load balancer',
      withHeaders({ 'x-amzn-oidc-data': 'e30.e30.e30', 'x-amzn-oidc-identity': identity }),
      /authenticate/,
    ],
    [
      'two login tokens',
      changed(fixture('alb-multi-value'), {
        'multiValueHeaders/x-amzn-oidc-data': [data, data],
        'multiValueHeaders/x-amzn-oidc-identity': [identity],
      }),
      /agree/,
    ],
    ['a certificate in passthrough mode', withHeaders({ 'X-Amzn-Mtls-Clientcert': 'secret' }), /verify mode/],
    // Verify mode never sets that header, so a client has written its headers.
    [
      'a certificate in passthrough mode, as verify mode would tell it',
      changed(fixture('alb-mtls'), { 'headers/x-amzn-mtls-clientcert': 'secret' }),
      /verify mode/,
    ],
    [
      'an empty certificate in passthrough mode',
      changed(fixture('alb-mtls'), { 'headers/x-amzn-mtls-clientcert': '' }),
      /verify mode/,
    ],
    [
      'a certificate in passthrough mode, among headers of several values',
      changed(fixture('alb-mtls'), {
        headers: undefined,
        multiValueHeaders: {
          'X-Amzn-Mtls-Clientcert': ['secret'],
          'x-amzn-mtls-clientcert-subject': ['CN=a'],
          'x-amzn-mtls-clientcert-issuer': ['CN=b'],
        },
      }),
      /verify mode/,
    ],
    ['half a certificate', withHeaders({ 'x-amzn-mtls-clientcert-subject': 'CN=secret' }), /certificate/],
    [
      'a Lattice identity without principal',
      changed(fixture('lattice-v2'), { 'requestContext/identity': { type: 'AWS_IAM' } }),
      /Lattice.*`scope`/,
    ],
    ...[
      'X509SubjectCN=till;1',
      'X509SubjectCN=till; X509SubjectCN=1',
      'X509SanUri=urn:shop;user=ann; Type=AWS_IAM',
      'X509SanUri=urn:shop\\;type=ann',
    ].map((certificate): [string, Sample, RegExp] => [
      `a Lattice header that says ${certificate}`,
      changed(fixture('lattice-v1'), {
        headers: { 'x-amzn-lattice-identity': `Principal=arn:aws:iam::1:role/a; ${certificate}` },
      }),
      /Lattice.*`scope`/,
    ]),
    [
      'an AppSync authorizer’s context',
      changed(fixture('app-sync-lambda'), { 'identity/resolverContext': null }),
      /`principalId` in its `resolverContext`.*`scope`/,
    ],
    [
      'a batch of AppSync for two callers',
      changed(fixture('app-sync-batch'), { '1/identity/sub': 'another' }),
      /several callers.*`scope`/,
    ],
    [
      'a token of AppSync without a subject',
      changed(fixture('app-sync-oidc'), { identity: { claims: { iss: 'i', tenant: 'secret' } } }),
      /event\.identity\.claims/,
    ],
    ['an unknown AppSync identity', changed(fixture('app-sync-iam'), { identity: {} }), /AppSync.*`scope`/],
  ])('%s', (_case, event, message) => {
    expect(() => principalOf(event)).toThrow(TypeError);
    expect(() => principalOf(event)).toThrow(message);
    expect(() => principalOf(event)).not.toThrow(/secret/);
  });
});
