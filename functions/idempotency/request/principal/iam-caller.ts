import type { Fields } from '../../base/fields.ts';
import { identityPart, identityText } from './identity-fields.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

export interface CallerOptions {
  /**
   * Whether two sessions of one IAM role are two callers. By default they are not, because credentials are renewed under new session names.
   * People who use IAM Identity Center are always distinguished.
   *
   * @default false
   */
  session?: boolean;
}

const assumedRole = /^(arn:[^:]+:sts::\d*:assumed-role\/([^/]+))\/([^/]+)$/;

/** Where the session's name is the name of a person. */
const identityCenterRole = 'AWSReservedSSO_';

/** What there is beside a name, and without one if something has taken it away. */
const besideName = (
  'accessKey accountId principalOrgId cognitoIdentityPoolId cognitoAuthenticationType cognitoAuthenticationProvider ' +
  'cognitoIdentityAuthType cognitoIdentityAuthProvider'
).split(' ');

/** The session name that all users of a Cognito identity pool have. */
const everyCognitoUser = 'CognitoIdentityCredentials';

/**
 * Who signed a request, from whichever fields the service tells it in: a user of a Cognito identity pool by identity id, IAM users
 * and federated users by ARN, a role by its ARN without the session.
 *
 * @throws {TypeError} when there are credentials of somebody who is not named
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export const iamCaller = (found: unknown, { session = false }: CallerOptions): Fields => {
  const text = (name: string) => identityText(found, name);
  const cognitoIdentity =
    text('cognitoIdentityId') ?? identityText(identityPart(found, 'cognitoIdentity'), 'identityId');
  if (cognitoIdentity) return { cognitoIdentity };

  const name = text('userArn') ?? text('userId') ?? text('user') ?? text('callerId') ?? text('caller');
  if (name?.endsWith(everyCognitoUser) || (!name && besideName.some(text))) {
    throw unreadableCaller('The IAM identity of this request', found, scopeCure);
  }
  if (!name) return {};
  return { iam: session ? name : withoutSession(name) };
};

const withoutSession = (name: string): string => {
  const [, roleArn, role = ''] = assumedRole.exec(name) ?? [];
  if (roleArn) return role.startsWith(identityCenterRole) ? name : roleArn;
  return /^(AROA\w+):/.exec(name)?.[1] ?? name;
};
