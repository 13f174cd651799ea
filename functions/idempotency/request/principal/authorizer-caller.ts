import { asObject, type Fields, field, isObject } from '../../base/fields.ts';
import { identityText } from './identity-fields.ts';
import { jwtCaller } from './jwt-caller.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

/** Whom a Lambda authorizer says it let in, and the part of its answer that says so. */
export const lambdaAuthorizerCaller = (context: unknown, place: string): Fields => {
  const principalId = field(context, 'principalId');
  // Of numbers beyond these, JSON.parse has made one of several.
  const authorizer =
    typeof principalId === 'number'
      ? Number.isSafeInteger(principalId) && principalId
      : identityText(context, 'principalId');
  if (authorizer === undefined || authorizer === false) {
    const cure = `Have it return \`principalId\` in its ${place}, as text: the same for all requests of one caller, and different for every other caller. Or: `;
    throw unreadableCaller('The Lambda authorizer of this route', context, cure + scopeCure);
  }
  return { authorizer };
};

/**
 * Whom API Gateway's authorizer let in. REST APIs hand on Cognito's claims or a Lambda authorizer's context as such, HTTP APIs
 * under the name of the authorizer's kind, with `null` for what there is not.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export const authorizerCaller = (found: unknown): Fields => {
  const { jwt, claims, scopes, iam, lambda, ...context } = asObject(found);
  const place = 'event.requestContext.authorizer';
  const ofToken = isObject(jwt)
    ? jwtCaller(jwt['claims'], `${place}.jwt.claims`)
    : isObject(claims)
      ? jwtCaller(claims, `${place}.claims`)
      : {};
  // A REST API's authorizer may have a text of that name in its context, an HTTP API's is an object or `null`.
  if (lambda === null || isObject(lambda)) return { ...ofToken, ...lambdaAuthorizerCaller(lambda, 'context') };
  const unread = [jwt, claims, iam].filter((part) => !isObject(part));
  // Those of a token are beside its claims.
  if (!isObject(claims)) unread.push(scopes);
  const hasContext =
    'principalId' in context || [lambda, ...unread, ...Object.values(context)].some((value) => value != null);
  return hasContext ? { ...ofToken, ...lambdaAuthorizerCaller(context, 'policy') } : ofToken;
};
