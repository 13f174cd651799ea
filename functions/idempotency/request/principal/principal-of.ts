import { asObject, type Fields, isObject, textOf } from '../../base/fields.ts';
import { checkOptions, isBoolean } from '../../base/options.ts';
import { isFrameworkRequest } from '../http/framework-request.ts';
import { isLattice } from '../http/request.ts';
import { isAppSync, isAppSyncBatch } from '../sources/app-sync.ts';
import { albCaller } from './alb-caller.ts';
import { apiGatewayCaller } from './api-gateway-caller.ts';
import { appSyncBatchCaller, appSyncCaller } from './app-sync-caller.ts';
import type { CallerOptions } from './iam-caller.ts';
import { latticeCaller } from './lattice-caller.ts';
import { unreadableCaller } from './unreadable-caller.ts';

/** The caller, in a form that two different callers never share; several identities count together. */
export type Principal = 'anonymous' | { readonly [kind: string]: unknown };

const callerRules = { session: isBoolean };

/**
 * Who sent a request, as established by the AWS service in front of the function. `'anonymous'` if that service authenticated nobody, and
 * for events that have no caller.
 *
 * @throws {TypeError} when an option is unknown or wrong, the request carries an identity that does not identify the caller, or it is a request of
 * the Fetch API, of Node or of a web framework
 *
 * @example
 * ```ts
 * idempotencyKey({ scope: (event) => [principalOf(event), 'pay'] });
 * ```
 */
export const principalOf = (event: unknown, options: CallerOptions = {}): Principal => {
  checkOptions('principalOf', options, callerRules);
  if (isFrameworkRequest(event)) {
    throw new TypeError(
      'principalOf: this is a request as a web framework has it, which does not tell who called. Pass the event that Lambda was given.',
    );
  }
  const caller = isObject(event) ? callerOf(event, options) : {};
  return Object.keys(caller).length > 0 ? caller : 'anonymous';
};

const callerOf = (event: Fields, options: CallerOptions): Fields => {
  if (isAppSyncBatch(event)) return appSyncBatchCaller(event, options);
  if (isAppSync(event)) return appSyncCaller(event, options);
  if (isLattice(event)) return latticeCaller(event, options);
  const requestContext = asObject(event['requestContext']);
  if (isObject(requestContext['elb'])) return albCaller(event);
  if (!isAddressed(event, requestContext)) return {};
  if (isWhole(event, requestContext)) return apiGatewayCaller(requestContext, options);
  const cure =
    'AWS says there who called, and always writes `requestId`, in format 1.0 also `identity`. If a parser or schema has taken them away, ' +
    'use it after the guard; in a test, put them in. Or set the option `scope` to a function that names the caller by something else.';
  throw unreadableCaller('The `requestContext` of this request', requestContext, cure);
};

/** Whether it is a request at all: Lambda destinations, for instance, have a `requestContext` too, and Bedrock agents an `httpMethod`. */
const isAddressed = (event: Fields, requestContext: Fields): boolean =>
  [event['httpMethod'] && event['path'], event['rawPath'], requestContext['connectionId']].some(
    (mark) => textOf(mark) !== undefined,
  );

/** Whether a request has what API Gateway writes of each, whoever it is from: else what it says of the caller may be gone too. */
const isWhole = (event: Fields, { requestId, identity }: Fields): boolean =>
  textOf(requestId) !== undefined && (textOf(event['rawPath']) !== undefined || isObject(identity));
