import { toHttpRequest } from './http/request.ts';

type Fields = Readonly<Record<string, unknown>>;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Fields)[name] : undefined;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Who is calling, in a form that two different callers never share. */
export type Principal = 'anonymous' | { readonly [kind: string]: unknown };

/**
 * Who sent an HTTP request, as API Gateway's or the load balancer's authorizer established it: JWT (`iss` and `sub`), IAM user,
 * Cognito identity, Lambda authorizer (`principalId`), ALB login. `'anonymous'` where the route has no authorizer.
 *
 * @throws {TypeError} when a Lambda authorizer passes nothing that tells its callers apart
 */
export const principalOf = (event: unknown): Principal => {
  const request = toHttpRequest(event);
  if (!request) return 'anonymous';
  const authorizer = field(request.requestContext, 'authorizer');

  const claims = field(field(authorizer, 'jwt'), 'claims') ?? field(authorizer, 'claims');
  const subject = text(field(claims, 'sub'));
  if (subject) return { jwt: { iss: text(field(claims, 'iss')) ?? null, sub: subject } };

  const identity = field(request.requestContext, 'identity');
  const userArn = text(field(field(authorizer, 'iam'), 'userArn')) ?? text(field(identity, 'userArn'));
  const cognitoIdentity =
    text(field(field(field(authorizer, 'iam'), 'cognitoIdentity'), 'identityId')) ??
    text(field(identity, 'cognitoIdentityId'));
  if (cognitoIdentity) return { cognitoIdentity };
  if (userArn) return { iam: userArn };

  const principalId = text(field(authorizer, 'principalId')) ?? text(field(field(authorizer, 'lambda'), 'principalId'));
  if (principalId) return { authorizer: principalId };

  const albIdentity = request.header('x-amzn-oidc-identity')[0];
  if (field(request.requestContext, 'elb') && albIdentity) return { alb: albIdentity };

  if (typeof authorizer === 'object' && authorizer !== null && Object.keys(authorizer).length > 0) {
    throw new TypeError(
      'The authorizer of this route passes no identity, so its callers cannot be told apart. ' +
        'Return `principalId` in its context, or set the option `scope` to a function that names the caller.',
    );
  }
  return 'anonymous';
};
