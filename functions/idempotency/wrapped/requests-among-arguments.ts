import { asObject, type Fields, isObject } from '../base/fields.ts';
import { isFrameworkRequest } from '../request/http/framework-request.ts';
import { toHttpRequest } from '../request/http/request.ts';
import { routeOf } from '../request/http/route-of.ts';
import { isContext } from './is-context.ts';

/** Whether an argument looks as if it came through one of the entrances where AWS says who called. */
export const isRequest = (arg: unknown): boolean => routeOf(arg) !== undefined || toHttpRequest(arg) !== undefined;

/** Whether a request has what AWS adds to it: without that, it may be a job that sends one. VPC Lattice's format 1.0 has no context. */
export const isDelivered = (arg: unknown): boolean =>
  isObject(arg) && (Object.keys(asObject(arg['requestContext'])).length > 0 || typeof arg['raw_path'] === 'string');

/** Whether an argument, or a property of it, is one: `action({ request })` of React Router, a resolver's `{ req }` context. */
const holds = (is: (value: unknown) => boolean, arg: unknown): boolean =>
  !isContext(arg) && (is(arg) || (isObject(arg) && !ArrayBuffer.isView(arg) && valuesOf(arg).some(is)));

/** An event of AWS that is a request, by what AWS adds to it. */
const isDeliveredRequest = (value: unknown): boolean =>
  isObject(value) && (isDelivered(value) || isObject(value['identity'])) && isRequest(value);

/** Without those of getters, which are read once, where they are compared. */
const valuesOf = (object: Fields): readonly unknown[] =>
  Array.isArray(object)
    ? object
    : Object.values(Object.getOwnPropertyDescriptors(object)).map(({ value }) => value as unknown);

/**
 * Whether a call may be made on behalf of several callers: by what the function is called for, by a request that can't be compared, and by one
 * that a fingerprint leaves out; otherwise it counts as a whole.
 */
export const mayHaveCallers = (args: readonly unknown[], event: unknown, hasFingerprint: boolean): boolean =>
  isRequest(event) ||
  args.some((arg) => holds(isFrameworkRequest, arg) || (hasFingerprint && holds(isDeliveredRequest, arg)));
