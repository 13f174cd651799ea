import { asObject, type Fields, textOf } from '../../base/fields.ts';
import { unreadableCaller } from './unreadable-caller.ts';

/**
 * Claims that name a user, the best first: OpenID Connect's `sub`; Entra ID's `oid`, Okta's `uid`, Cognito's user names. None is
 * given to anybody else later, as e-mail addresses are, which OpenID Connect forbids to identify users by.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability
 */
const userClaims = ['sub', 'oid', 'uid', 'cognito:username', 'username'];

/** The application itself, where it has no user (client credentials). */
const clientClaims = ['client_id', 'azp', 'appid', 'cid'];

/** Claims that a token has only where there is a user, who then must not be taken for the application. */
const aboutUser = /user|name|mail|upn|phone|login|person|employee|account/i;

const cure =
  'Set the option `scope` to a function that names the caller by a claim, for instance ' +
  '`scope: (event) => event.requestContext.authorizer.jwt.claims.email`, or have the issuer add the claim `sub`.';

/**
 * The user, or else the application, that a verified token was issued to. A refreshed token is the same caller's.
 *
 * @throws {TypeError} when no claim is known to name either
 */
export const jwtCaller = (found: unknown): Fields => {
  const claims = asObject(found);
  const names = Object.keys(claims).some((name) => aboutUser.test(name))
    ? userClaims
    : [...userClaims, ...clientClaims];
  const name = names.find((candidate) => textOf(claims[candidate]));
  if (name === undefined) throw unreadableCaller('The JWT of this request', claims, cure);
  return { jwt: { ...issuedBy(claims['iss']), [name]: claims[name] } };
};

/** Who vouches for a name: absent, not `null`, where the token doesn't say, because a scope has no holes. */
export const issuedBy = (iss: unknown): { iss?: string } => {
  const issuer = textOf(iss);
  return issuer === undefined ? {} : { iss: issuer };
};
