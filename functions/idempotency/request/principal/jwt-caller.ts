import { asObject, type Fields } from '../../base/fields.ts';
import { identityText } from './identity-fields.ts';
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

/** What an application's own token has besides. Any other claim may be about a user, who must not be taken for the application. */
const aboutToken = new Set(
  (
    'iss aud exp nbf iat jti scope scp roles permissions client_id azp appid cid azpacr appidacr gty grant_type token_use ' +
    'typ ver version auth_time tid idtyp aio rh uti'
  ).split(' '),
);

/**
 * The user, or else the application, that a verified token was issued to. A refreshed token is the same caller's.
 *
 * @param place where the claims are in the event, for the message
 * @throws {TypeError} when no claim is known to name either
 */
export const jwtCaller = (found: unknown, place: string): Fields => {
  const claims = asObject(found);
  const given = Object.keys(claims).filter((name) => claims[name] != null);
  const names = given.every((name) => aboutToken.has(name)) ? [...userClaims, ...clientClaims] : userClaims;
  const name = names.find((candidate) => identityText(claims, candidate));
  if (name === undefined) {
    const cure =
      'Have the issuer add the claim `sub`, or set the option `scope` to a function that names the caller by another claim, ' +
      `and the route: \`scope: (event) => [${place}.…, routeOf(event)]\`.`;
    throw unreadableCaller('The JWT of this request', claims, cure);
  }
  return { jwt: { ...issuedBy(claims), [name]: claims[name] } };
};

/** Who vouches for a name: absent, not `null`, where the token doesn't say, because a scope has no holes. */
export const issuedBy = (claims: Fields): { iss?: string } => {
  const issuer = identityText(claims, 'iss');
  return issuer === undefined ? {} : { iss: issuer };
};
