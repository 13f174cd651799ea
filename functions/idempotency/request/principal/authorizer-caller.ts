import { asObject, type Fields, field, isObject, textOf } from '../../base/fields.ts';
import { jwtCaller } from './jwt-caller.ts';
import { unreadableCaller } from './unreadable-caller.ts';

const cure =
  'Have it return `principalId`, the same for all requests of one caller and another for every other caller: in its policy ' +
  '(REST and WebSocket APIs) or in its context (HTTP APIs, AppSync). Or set the option `scope` to a function that names the caller.';

/** Whom a Lambda authorizer says it let in. */
export const lambdaAuthorizerCaller = (context: unknown): Fields => {
  const principalId = field(context, 'principalId');
  const authorizer = Number.isFinite(principalId) ? principalId : textOf(principalId);
  if (authorizer === undefined) throw unreadableCaller('The Lambda authorizer of this route', context, cure);
  return { authorizer };
};

/**
 * Whom API Gateway's authorizer let in. REST APIs hand on Cognito's claims or a Lambda authorizer's context as such, HTTP APIs
 * under the name of the authorizer's kind, with `null` for what there is not.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export const authorizerCaller = (found: unknown): Fields => {
  const { jwt, claims, scopes: _scopes, iam: _iam, lambda, ...context } = asObject(found);
  const ofToken = isObject(jwt) ? jwtCaller(jwt['claims']) : isObject(claims) ? jwtCaller(claims) : {};
  if (lambda !== undefined) return { ...ofToken, ...lambdaAuthorizerCaller(lambda) };
  const hasContext = Object.values(context).some((value) => value != null);
  return hasContext ? { ...ofToken, ...lambdaAuthorizerCaller(context) } : ofToken;
};
