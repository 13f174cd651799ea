import { type Fields, field, isObject } from '../../base/fields.ts';
import { lambdaAuthorizerCaller } from './authorizer-caller.ts';
import { type CallerOptions, iamCaller } from './iam-caller.ts';
import { jwtCaller } from './jwt-caller.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

/**
 * Who called a GraphQL API. AppSync names nobody where an API key let the request in: it is shipped with public clients.
 *
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference.html#aws-appsync-resolver-context-reference-identity
 */
export const appSyncCaller = (identity: unknown, options: CallerOptions): Fields => {
  if (!isObject(identity)) return {};
  if ('resolverContext' in identity) return lambdaAuthorizerCaller(identity['resolverContext']);
  const { sub, issuer, claims } = identity;
  if (sub != null || isObject(claims)) {
    return jwtCaller({
      ...(isObject(claims) && claims),
      sub: sub ?? field(claims, 'sub'),
      iss: issuer ?? field(claims, 'iss'),
    });
  }
  const caller = iamCaller(identity, options);
  if (Object.keys(caller).length > 0) return caller;
  throw unreadableCaller('The AppSync identity of this request', identity, scopeCure);
};
