import { isObject, textOf } from '../../base/fields.ts';
import { ownValue } from '../../base/near-objects.ts';
import { isFrameworkRequest } from '../http/framework-request.ts';

/** Fields of an `identity`, as AppSync, API Gateway, VPC Lattice and the Lambda context write them. */
const identityFields = (
  'sub username issuer claims resolverContext handlerContext userArn user caller cognitoIdentityId cognitoIdentityPoolId ' +
  'sourceIp sourceIP apiKeyId principal sourceVpcArn'
).split(' ');

/** Fields of an `authorizer`, of REST, HTTP and WebSocket APIs. */
const authorizerFields = 'principalId claims jwt iam lambda'.split(' ');

/** Headers in which load balancers and VPC Lattice name the caller. */
const headerOfCaller = /^x-amzn-(?:oidc|mtls|lattice)-/i;

const ownValues = (object: object, names: string): unknown[] => names.split(' ').map((name) => ownValue(object, name));

/** Headers in which a service in front of these does: Verified Access, CloudFront, and whatever follows RFC 9440. */
export const headerInFront =
  /^(?:x-amzn-ava-user-context|cloudfront-viewer-cert-(?!present$).+|client-cert(?:-chain)?)$/i;

export const headerNames = (object: object): string[] =>
  ownValues(object, 'headers multiValueHeaders').filter(isObject).flatMap(Object.keys);

/** What only AWS writes about a request: API Gateway, its mapping template, VPC Lattice. */
const contextFields = [
  ['apiId', 'requestId'],
  ['api-id', 'request-id'],
  ['serviceArn', 'targetGroupArn'],
] as const;

/** Whether there is the answer of an authorizer, or a client's certificate. Its fields are looked at where anybody may use the word. */
const hasAuthorizer = (object: object, fields?: readonly string[]): boolean => {
  const [authorizer, authentication] = ownValues(object, 'authorizer authentication');
  const names = isObject(authorizer) ? (fields ?? Object.keys(authorizer)) : [];
  return (
    names.some((name) => ownValue(authorizer as object, name) != null) ||
    (isObject(authentication) && isObject(ownValue(authentication, 'clientCert')))
  );
};

/**
 * Whether an object tells who called, wherever it is from: it is a request of AWS's, or of a web framework, or the part of one in which AWS
 * names the caller; or it is what a tool of the Model Context Protocol gets.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export const tellsCaller = (object: object): boolean => {
  const [identity, elb, headers, authInfo, requestInfo, requestContext] = ownValues(
    object,
    'identity elb headers authInfo requestInfo requestContext',
  );
  const says = (name: string) => textOf(ownValue(object, name)) !== undefined;
  return (
    isFrameworkRequest(object) ||
    (isObject(identity) && identityFields.some((name) => ownValue(identity, name) != null)) ||
    hasAuthorizer(object, authorizerFields) ||
    (isObject(requestContext) && hasAuthorizer(requestContext)) ||
    (isObject(elb) && textOf(ownValue(elb, 'targetGroupArn')) !== undefined) ||
    (isObject(headers) && says('raw_path')) ||
    headerNames(object).some((name) => headerOfCaller.test(name) || headerInFront.test(name)) ||
    (isObject(authInfo) && textOf(ownValue(authInfo, 'clientId')) !== undefined) ||
    (isObject(requestInfo) && isObject(ownValue(requestInfo, 'headers'))) ||
    contextFields.some((names) => names.every(says))
  );
};
