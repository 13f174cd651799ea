import { asObject, isObject } from '../base/fields.ts';
import { isFrameworkRequest } from '../request/http/framework-request.ts';
import { toHttpRequest } from '../request/http/request.ts';
import { routeOf } from '../request/http/route-of.ts';
import { isContext } from './is-context.ts';

/** Whether an argument looks as if it came through one of the entrances where AWS says who called. */
export const isRequest = (arg: unknown): boolean => routeOf(arg) !== undefined || toHttpRequest(arg) !== undefined;

/** Whether a request has what AWS adds to it: without that, it may be a job that sends one. VPC Lattice's format 1.0 has no context. */
export const isDelivered = (arg: unknown): boolean =>
  isObject(arg) && (Object.keys(asObject(arg['requestContext'])).length > 0 || typeof arg['raw_path'] === 'string');

/** Frameworks' contexts lead to all of a server; a request is near. */
const mostObjects = 1000;

/**
 * Whether an argument, or anything that it refers to, is one: `action({ request })` of React Router, a resolver's `{ req }` context, tRPC's
 * `{ ctx: { event } }`.
 */
const holds = (is: (value: unknown) => boolean, arg: unknown): boolean => {
  const near = new Set([arg]);
  for (const value of near) {
    try {
      if (isContext(value)) continue;
      if (is(value)) return true;
      for (const inner of objectsIn(value)) if (near.size < mostObjects) near.add(inner);
    } catch {
      // What can't be read is refused where it is compared.
    }
  }
  return false;
};

/** Without those of getters, which are read once, where they are compared. */
const objectsIn = (value: unknown): readonly unknown[] => {
  if (!isObject(value) || ArrayBuffer.isView(value)) return [];
  const names = Reflect.ownKeys(value).slice(0, mostObjects);
  return names.map((name) => Object.getOwnPropertyDescriptor(value, name)?.value).filter(isObject);
};

/** An event of AWS that is a request, by what AWS adds to it. */
const isDeliveredRequest = (value: unknown): boolean =>
  isObject(value) && (isDelivered(value) || isObject(value['identity'])) && isRequest(value);

/**
 * Whether a call may be made on behalf of several callers: by what the function is called for, by a request that can't be compared, and by one
 * that isn't, because a fingerprint leaves it out, or the function doesn't declare it; otherwise it counts as a whole.
 */
export const mayHaveCallers = (
  { args, visible, incoming: { event } }: { args: readonly unknown[]; visible: number; incoming: { event: unknown } },
  hasFingerprint: boolean,
): boolean =>
  isRequest(event) ||
  args.some(
    (arg, index) =>
      holds(isFrameworkRequest, arg) || ((hasFingerprint || index >= visible) && holds(isDeliveredRequest, arg)),
  );
