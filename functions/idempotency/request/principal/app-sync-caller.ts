import type { Fields } from '../../base/fields.ts';
import { canonicalText } from '../comparison/canonical-text.ts';
import { lambdaAuthorizerCaller } from './authorizer-caller.ts';
import { type CallerOptions, iamCaller } from './iam-caller.ts';
import { identityPart, identityText } from './identity-fields.ts';
import { jwtCaller } from './jwt-caller.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

/**
 * Who called a GraphQL or Event API. AppSync names nobody where an API key let the request in: it is shipped with public clients.
 *
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference.html#aws-appsync-resolver-context-reference-identity
 */
export const appSyncCaller = (event: Fields, options: CallerOptions): Fields => {
  const identity = identityPart(event, 'identity');
  if (!identity) return {};
  for (const context of ['resolverContext', 'handlerContext']) {
    if (context in identity) return lambdaAuthorizerCaller(identity[context], `\`${context}\``);
  }
  const [sub, claims] = [identityText(identity, 'sub'), identityPart(identity, 'claims')];
  if (sub !== undefined || claims) {
    const token = {
      ...claims,
      sub: sub ?? claims?.['sub'],
      iss: identityText(identity, 'issuer') ?? claims?.['iss'],
    };
    return jwtCaller(token, 'event.identity.claims');
  }
  const caller = iamCaller(identity, options);
  if (Object.keys(caller).length > 0) return caller;
  throw unreadableCaller('The AppSync identity of this request', identity, scopeCure);
};

/** A batch comes from one request, so from one caller. */
export const appSyncBatchCaller = (batch: readonly Fields[], options: CallerOptions): Fields => {
  const [caller = {}, ...others] = batch.map((event) => appSyncCaller(event, options));
  if (new Set([caller, ...others].map((each) => canonicalText(each, 'event'))).size === 1) return caller;
  throw unreadableCaller('A batch of AppSync with several callers', {}, scopeCure);
};
