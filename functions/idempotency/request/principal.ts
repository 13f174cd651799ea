import { field, textOf } from '../base/fields.ts';
import { type HttpRequest, toHttpRequest } from './http/request.ts';

/** Who is calling, in a form that two different callers never share. */
export type Principal = 'anonymous' | { readonly [kind: string]: unknown };

/**
 * Who sent an HTTP request, as API Gateway's or the load balancer's authorizer established it: JWT (`iss` and `sub`), IAM user,
 * Cognito identity, Lambda authorizer (`principalId`), ALB login. `'anonymous'` where the route has no authorizer.
 *
 * @throws {TypeError} when a Lambda authorizer passes nothing that tells its callers apart
 */
export const principalOf = (event: unknown): Principal => principalOfRequest(toHttpRequest(event));

export const principalOfRequest = (request: HttpRequest | undefined): Principal => {
  if (!request) return 'anonymous';
  const authorizer = field(request.requestContext, 'authorizer');

  const claims = field(field(authorizer, 'jwt'), 'claims') ?? field(authorizer, 'claims');
  const subject = textOf(field(claims, 'sub'));
  if (subject) return { jwt: { iss: textOf(field(claims, 'iss')) ?? null, sub: subject } };

  const identity = field(request.requestContext, 'identity');
  const userArn = textOf(field(field(authorizer, 'iam'), 'userArn')) ?? textOf(field(identity, 'userArn'));
  const cognitoIdentity =
    textOf(field(field(field(authorizer, 'iam'), 'cognitoIdentity'), 'identityId')) ??
    textOf(field(identity, 'cognitoIdentityId'));
  if (cognitoIdentity) return { cognitoIdentity };
  if (userArn) return { iam: userArn };

  const principalId =
    textOf(field(authorizer, 'principalId')) ?? textOf(field(field(authorizer, 'lambda'), 'principalId'));
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
