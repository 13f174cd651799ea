import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The load balancer's token about a user, signed anew on every request. */
export const albToken = (claims: object, header: object = {}): string => {
  const signer = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/0123456789abcdef';
  const full = { alg: 'ES256', iss: 'https://idp.example.com', signer, ...header };
  return `${base64url(full)}.${base64url(claims)}.${base64url(Math.random())}`;
};

interface Entrance {
  /** The sample's file. */
  name: string;
  principal: unknown;
  /** What makes another caller of it. */
  another?: Readonly<Record<string, unknown>>;
  /** What changes with a new token, session or certificate of the same caller. */
  renewed?: Readonly<Record<string, unknown>>;
}

const account = '123456789012';
const caller = 'requestContext/identity/caller';
const user = 'requestContext/identity/user';
const userArn = 'requestContext/identity/userArn';
const certificate = 'requestContext/authentication/clientCert';
const claims = 'requestContext/authorizer/jwt/claims';

/** A certificate of the fixtures, as API Gateway hands it on. */
export const spiffeCertificate = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../../fixtures/certificates/${name}.pem`), 'utf8');

/** Every way in on which AWS says who is calling. */
export const entrances: readonly Entrance[] = [
  {
    name: 'rest-cognito',
    principal: {
      jwt: {
        iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_example',
        sub: 'aaaaaaaa-1111-4444-8888-000000000001',
      },
    },
    another: { 'requestContext/authorizer/claims/sub': 'another-rest-cognito' },
    renewed: {
      'requestContext/authorizer/claims/exp': 'later',
      'requestContext/authorizer/claims/token_use': 'access',
    },
  },
  {
    name: 'rest-lambda-authorizer',
    principal: { authorizer: 'user-1' },
    another: { 'requestContext/authorizer/principalId': 'another-rest-lambda-authorizer' },
    renewed: { 'requestContext/authorizer/integrationLatency': 0 },
  },
  {
    name: 'rest-iam',
    principal: { iam: `arn:aws:sts::${account}:assumed-role/Orders` },
    another: { [userArn]: `arn:aws:sts::${account}:assumed-role/Others/session-1` },
    renewed: {
      [userArn]: `arn:aws:sts::${account}:assumed-role/Orders/session-2`,
      [user]: 'AROAEXAMPLEEXAMPLE001:session-2',
      [caller]: 'AROAEXAMPLEEXAMPLE001:session-2',
      'requestContext/identity/accessKey': 'ASIAANOTHER',
    },
  },
  {
    name: 'rest-cognito-identity',
    principal: { cognitoIdentity: 'us-east-1:11111111-1111-4111-8111-111111111111' },
    another: { 'requestContext/identity/cognitoIdentityId': 'us-east-1:another' },
    renewed: { 'requestContext/identity/accessKey': 'ASIAANOTHER' },
  },
  {
    name: 'rest-api-key',
    principal: { apiKey: 'keyid00001' },
    another: { 'requestContext/identity/apiKeyId': 'keyid00002' },
  },
  {
    name: 'rest-client-certificate',
    principal: {
      clientCert: { subject: 'C=US,O=SPIRE', issuer: 'C=US,O=SPIRE', uris: ['URI:spiffe://example.org/orders'] },
    },
    another: { 'requestContext/identity/clientCert/clientCertPem': spiffeCertificate('spiffe-payments') },
    renewed: {
      'requestContext/identity/clientCert/clientCertPem': spiffeCertificate('spiffe-orders-renewed'),
      'requestContext/identity/clientCert/serialNumber': '2',
    },
  },
  {
    name: 'http-jwt',
    principal: { jwt: { iss: 'https://idp.example.com/', sub: 'auth0|user-1' } },
    another: { [`${claims}/iss`]: 'https://another.example.com/' },
    renewed: { [`${claims}/exp`]: '1', [`${claims}/azp`]: 'client-2', [`${claims}/scope`]: 'openid orders' },
  },
  {
    name: 'http-iam',
    principal: { iam: `arn:aws:iam::${account}:user/example-user` },
    another: { 'requestContext/authorizer/iam/userArn': 'arn:aws:iam::210987654321:user/example-user' },
    renewed: { 'requestContext/authorizer/iam/accessKey': 'AKIAANOTHER' },
  },
  {
    name: 'http-cognito-identity',
    principal: { cognitoIdentity: 'us-east-1:33333333-3333-4333-8333-333333333333' },
    another: { 'requestContext/authorizer/iam/cognitoIdentity/identityId': 'us-east-1:another-of-http' },
    renewed: { 'requestContext/authorizer/iam/cognitoIdentity/amr': ['authenticated', 'idp.example.com'] },
  },
  {
    name: 'http-lambda-authorizer',
    principal: { authorizer: 'user-2' },
    another: { 'requestContext/authorizer/lambda/principalId': 'another-http-lambda-authorizer' },
    renewed: { 'requestContext/authorizer/lambda/tier': 'silver' },
  },
  {
    name: 'http-client-certificate',
    principal: {
      clientCert: {
        subject: 'C=US,ST=Washington,O=Example,CN=My Client',
        issuer: 'C=US,ST=Washington,O=Example,CN=My Private CA',
        pem: 'CERT_CONTENT',
      },
    },
    another: { [`${certificate}/issuerDN`]: 'CN=Another CA' },
    renewed: { [`${certificate}/serialNumber`]: '2', [`${certificate}/validity`]: {} },
  },
  {
    name: 'url-iam',
    principal: { iam: `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice@example.com` },
    another: {
      'requestContext/authorizer/iam/userArn': `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/bob@example.com`,
    },
    renewed: { 'requestContext/authorizer/iam/accessKey': 'ASIAANOTHER' },
  },
  {
    name: 'alb-oidc',
    principal: { alb: { iss: 'https://idp.example.com', sub: 'user-3' } },
    another: {
      'headers/x-amzn-oidc-identity': 'another-alb-oidc',
      'headers/x-amzn-oidc-data': albToken({ sub: 'another-alb-oidc' }),
    },
    renewed: {
      'headers/x-amzn-oidc-data': albToken({ sub: 'user-3', email: 'jane.roe@example.com' }, { exp: 1 }),
      'headers/x-amzn-oidc-accesstoken': 'refreshed',
    },
  },
  {
    name: 'alb-mtls',
    principal: {
      clientCert: {
        subject: 'CN=client_.com,OU=client-3,O=mTLS,ST=Washington,C=US',
        issuer: 'CN=rootcamtls.com,OU=rootCA,O=mTLS,L=Seattle,ST=Washington,C=US',
        pem: '-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----\n',
      },
    },
    another: { 'headers/x-amzn-mtls-clientcert-subject': 'CN=another' },
    renewed: {
      'headers/x-amzn-mtls-clientcert-serial-number': '03A5B2',
      'headers/x-amzn-mtls-clientcert-validity': 'NotBefore=2024-09-21T01:50:17Z;NotAfter=2025-09-20T01:50:17Z',
    },
  },
  {
    name: 'lattice-v1',
    principal: { iam: `arn:aws:sts::${account}:assumed-role/Shop` },
    another: { 'headers/x-amzn-lattice-identity': 'Principal=arn:aws:iam::210987654321:role/Shop; Type=AWS_IAM' },
    renewed: {
      'headers/x-amzn-lattice-identity': `Principal=arn:aws:sts::${account}:assumed-role/Shop/session-2; SessionName=session-2; Type=AWS_IAM`,
    },
  },
  {
    name: 'lattice-v2',
    principal: { iam: `arn:aws:sts::${account}:assumed-role/Billing` },
    another: { 'requestContext/identity/principal': `arn:aws:sts::${account}:assumed-role/Sales/057d00f8b51257ba` },
    renewed: {
      'requestContext/identity/principal': `arn:aws:sts::${account}:assumed-role/Billing/another`,
      'requestContext/identity/sessionName': 'another',
    },
  },
  {
    name: 'lattice-v2-certificate',
    principal: {
      iam: `arn:aws:sts::${account}:assumed-role/OnPremises`,
      clientCert: { x509subjectcn: 'till-1', x509issuerou: 'Shops', x509sandns: 'till-1.example.com' },
    },
    another: { 'requestContext/identity/x509SubjectCn': 'till-2' },
    renewed: { 'requestContext/identity/principal': `arn:aws:sts::${account}:assumed-role/OnPremises/00d3c1a6` },
  },
  {
    name: 'web-socket-authorizer',
    principal: { authorizer: 'user-4' },
    another: { 'requestContext/authorizer/principalId': 'another-web-socket-authorizer' },
    renewed: { 'requestContext/connectionId': 'another', 'requestContext/messageId': 'another' },
  },
  {
    name: 'web-socket-iam',
    principal: { iam: `arn:aws:iam::${account}:user/socket-user` },
    another: { [userArn]: `arn:aws:iam::${account}:user/another` },
    renewed: { 'requestContext/connectionId': 'another' },
  },
  {
    name: 'app-sync-cognito',
    principal: {
      jwt: {
        iss: 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_example',
        sub: 'bbbbbbbb-1111-4444-8888-000000000002',
      },
    },
    another: { 'identity/sub': 'another-app-sync-cognito' },
    renewed: { 'identity/claims/exp': 1, 'identity/claims/event_id': 'another' },
  },
  {
    name: 'app-sync-oidc',
    principal: { jwt: { iss: 'https://idp.example.com', sub: 'user-5' } },
    another: { 'identity/issuer': 'https://another.example.com' },
    renewed: { 'identity/claims/exp': 1 },
  },
  {
    name: 'app-sync-iam',
    principal: { iam: `arn:aws:sts::${account}:assumed-role/GraphQL` },
    another: { 'identity/userArn': `arn:aws:iam::${account}:user/another-of-app-sync` },
    renewed: { 'identity/userArn': `arn:aws:sts::${account}:assumed-role/GraphQL/session-2` },
  },
  {
    name: 'app-sync-lambda',
    principal: { authorizer: 'user-6' },
    another: { 'identity/resolverContext/principalId': 'another-app-sync-lambda' },
    renewed: { 'identity/resolverContext/tier': 'silver' },
  },
  {
    name: 'app-sync-batch',
    principal: {
      jwt: {
        iss: 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_example',
        sub: 'bbbbbbbb-1111-4444-8888-000000000003',
      },
    },
    another: { '0/identity/sub': 'another-of-a-batch', '1/identity/sub': 'another-of-a-batch' },
    renewed: { '0/identity/claims/exp': 1, '1/identity/claims/exp': 1, '1/request/headers/x-amzn-trace-id': 'another' },
  },
  {
    name: 'app-sync-events',
    principal: { authorizer: 'user-7' },
    another: { 'identity/handlerContext/principalId': 'another-app-sync-events' },
    renewed: { 'identity/handlerContext/tier': 'silver', 'request/headers/x-amzn-trace-id': 'another' },
  },
  { name: 'http-v1-format', principal: 'anonymous' },
  { name: 'url-none', principal: 'anonymous' },
  { name: 'alb-multi-value', principal: 'anonymous' },
  { name: 'app-sync-api-key', principal: 'anonymous' },
];
