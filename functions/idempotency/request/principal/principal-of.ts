import type { Context } from 'aws-lambda';
import { asObject, type Fields, isObject, textOf } from '../../base/fields.ts';
import { findNear } from '../../base/near-objects.ts';
import { checkOptions, isBoolean } from '../../base/options.ts';
import { isLambdaContext } from '../durable.ts';
import { hasHeadersOfService } from '../http/delivered.ts';
import { isFrameworkRequest } from '../http/framework-request.ts';
import { headerValues, isBalanced } from '../http/header-values.ts';
import { isLattice } from '../http/request.ts';
import { registerSource } from '../key/key.ts';
import { optionsUnlessContext } from '../options-or-context.ts';
import { isAppSync, isAppSyncBatch } from '../sources/app-sync.ts';
import { recordsOf } from '../sources/records-of.ts';
import { sourceOf } from '../sources/source-of.ts';
import { albCaller } from './alb-caller.ts';
import { apiGatewayCaller } from './api-gateway-caller.ts';
import { appSyncBatchCaller, appSyncCaller } from './app-sync-caller.ts';
import type { CallerOptions } from './iam-caller.ts';
import { latticeCaller } from './lattice-caller.ts';
import { headerInFront, headerNames, tellsCaller } from './told-callers.ts';
import { unreadableCaller } from './unreadable-caller.ts';

/** The caller, in a form that two different callers never share; several identities count together. */
export type Principal = 'anonymous' | { readonly [kind: string]: unknown };

const callerRules = { session: isBoolean };

/**
 * Who sent a request, as established by the AWS service in front of the function. `'anonymous'` if that service authenticated nobody, and
 * for events that have no caller.
 *
 * @throws {TypeError} when an option is unknown or wrong; when the request carries an identity that does not identify the caller; when it is no
 * event of AWS's, but is or contains a request or what AWS tells of a caller: in another form nobody knows who that is
 *
 * @example
 * ```ts
 * idempotencyKey({ scope: (event) => [principalOf(event), 'pay'] });
 * ```
 */
export const principalOf = (event: unknown, given: CallerOptions | Context = {}): Principal => {
  const options = optionsUnlessContext(given);
  checkOptions('principalOf', options, callerRules);
  const caller = isObject(event) ? callerOf(event, options) : {};
  return Object.keys(caller).length > 0 ? caller : 'anonymous';
};

registerSource(principalOf, 'the caller', ({ event }, call) => {
  const principal = principalOf(event);
  const isRequest = isObject(event) && isAddressed(event, asObject(event['requestContext']));
  if (principal === 'anonymous' && !isRequest && call) refuseCallerElsewhere(call.args);
  return principal;
});

/** @throws {TypeError} when another argument tells who called than the one that is read */
const refuseCallerElsewhere = (args: readonly unknown[]): void => {
  if (!args.some((arg) => !isLambdaContext(arg) && findNear(arg, tellsCaller))) return;
  throw new TypeError(
    '`principalOf` as an option reads the first argument, but another one tells who called. Set `scope` to a function that passes that one: ' +
      "`(order, event) => [principalOf(event), 'pay']`.",
  );
};

const cureOfChanged =
  'If a parser, schema or normalizer has changed what AWS sent, use it after the guard; in a test, write what AWS does. Or set the option `scope` to a function ' +
  'that names the caller by something else.';

const callerOf = (event: Fields, options: CallerOptions): Fields => {
  // Some frameworks put the `requestContext` of the event into their own request.
  if (isFrameworkRequest(event)) return callerInOtherForm(event);
  if (isAppSyncBatch(event)) return appSyncBatchCaller(event, options);
  if (isAppSync(event)) return appSyncCaller(event, options);
  const requestContext = asObject(event['requestContext']);
  refuseMixed(event, requestContext);
  refuseNamedInFront(event);
  if (isLattice(event)) return latticeCaller(withHeaders(event), options);
  if (isBalanced(event)) return albCaller(withHeaders(event));
  if (!isAddressed(event, requestContext)) return callerInOtherForm(event);
  if (isWhole(event, requestContext)) return apiGatewayCaller(requestContext, options);
  const always = 'AWS always writes `requestId` there, and in format 1.0 `identity`.';
  throw unreadableCaller('The `requestContext` of this request', requestContext, `${always} ${cureOfChanged}`);
};

/** @throws {TypeError} when something has taken the headers away, or renamed them, in which a load balancer, or VPC Lattice, names the caller */
const withHeaders = (event: Fields): Fields => {
  if (hasHeadersOfService(event)) return event;
  const always = 'None begins with x-amzn- or x-forwarded-.';
  throw unreadableCaller('A request without the headers that AWS adds', {}, `${always} ${cureOfChanged}`);
};

/**
 * @throws {TypeError} when a service in front of the one that sent the request has named the caller: AWS Verified Access, CloudFront
 * @see https://docs.aws.amazon.com/verified-access/latest/ug/user-claims-passing.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewer-mtls-headers.html
 */
const refuseNamedInFront = (event: Fields): void => {
  const header = headerNames(event).find((name) => headerInFront.test(name));
  if (header === undefined) return;
  throw new TypeError(
    `The header ${header} names a caller whom a service in front of this one has authenticated. If it can only come from there, name ` +
      'the caller by it in the option `scope`; or have the service in front remove it.',
  );
};

/** @throws {TypeError} when a request has what two services write, each of which names callers at another place */
const refuseMixed = (event: Fields, requestContext: Fields): void => {
  const has = (name: string) => textOf(requestContext[name]) !== undefined;
  const balanced = isBalanced(event);
  const byLattice =
    isLattice(event) || has('serviceArn') || (balanced && headerValues(event, 'x-amzn-lattice-identity').length > 0);
  const byApiGateway = has('apiId') || has('requestId') || isObject(requestContext['authorizer']);
  if ([balanced, byLattice, byApiGateway].filter(Boolean).length < 2) return;
  throw unreadableCaller('A request that has what several services of AWS write', {}, cureOfChanged);
};

/** Of what comes from a queue, a stream or another event's source, whatever is in it is data. */
const callerInOtherForm = (event: Fields): Fields => {
  if (typeof event['then'] === 'function') throw new TypeError('principalOf: this is a promise of an event: await it.');
  if (isDelivery(event)) return {};
  const found = findNear(event, tellsCaller);
  if (!found) return {};
  const cure =
    'Pass the event that Lambda was given, as a whole. Or, if a resolver, mapping template or schema has made this, set the option `scope` to ' +
    'a function that names the caller by what is in it.';
  throw unreadableCaller('What is no event of AWS, but has something of one in it,', found, cure);
};

/** Whether it is of a source, or all of its records are: any program can make a list of `Records`. */
const isDelivery = (event: Fields): boolean => {
  const isOfSource = (record: unknown) => {
    const source = isObject(record) ? sourceOf(record) : undefined;
    return source !== undefined && !source.isRequest;
  };
  return isOfSource(event) || (recordsOf(event)?.every(isOfSource) ?? false);
};

/** Whether it is a request at all: Lambda destinations, for instance, have a `requestContext` too, and Bedrock agents an `httpMethod`. */
const isAddressed = (event: Fields, requestContext: Fields): boolean =>
  [event['httpMethod'] && event['path'], event['rawPath'], requestContext['connectionId']].some(
    (mark) => textOf(mark) !== undefined,
  );

/** Whether a request has what API Gateway writes of each, whoever it is from: else what it says of the caller may be gone too. */
const isWhole = (event: Fields, { requestId, identity }: Fields): boolean =>
  textOf(requestId) !== undefined && (textOf(event['rawPath']) !== undefined || isObject(identity));
