import { findNear } from '../base/near-objects.ts';
import { toHttpRequest } from '../request/http/request.ts';
import { routeOf } from '../request/http/route-of.ts';
import { tellsCaller } from '../request/principal/told-callers.ts';
import { isContext } from './is-context.ts';

/** Whether an argument looks as if it came through one of the entrances where AWS says who called. */
export const isRequest = (arg: unknown): boolean => {
  try {
    return routeOf(arg) !== undefined || toHttpRequest(arg) !== undefined;
  } catch {
    return true; // it has been changed, and is refused where it is read
  }
};

/**
 * Whether a call may be made on behalf of several callers: by what the function is called for, and by anything that an argument refers to, be
 * it `{ request }` of React Router's actions, a resolver's context with `req`, or tRPC's `{ ctx: { event } }`.
 */
export const mayHaveCallers = (args: readonly unknown[], event: unknown): boolean =>
  isRequest(event) || args.some((arg) => findNear(arg, tellsCaller, isContext));
