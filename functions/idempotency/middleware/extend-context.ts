import type { Request } from '@middy/core';
import { isPlain } from '../base/plain.ts';

/**
 * Gives the handler a context of its own that has more. What is given to the function is left as it is: several handlers of one invocation
 * may share it, the records of a batch for instance, or an operation inside another one.
 *
 * An instance of a class, such as the context of a durable execution, can't be copied.
 */
export const extendContext = (request: Request, more: object): void => {
  const { context } = request;
  const added = Object.getOwnPropertyDescriptors(more);
  if (isPlain(context)) {
    const own = { ...Object.getOwnPropertyDescriptors(context), ...added };
    request.context = Object.create(Object.getPrototypeOf(context), own);
  } else if (!isExtended(context, more)) request.context = Object.create(context, added);
};

const arrived = new WeakSet<Request>();

/**
 * Hides the operation around a handler from it, before the first middleware gives it one of its own, or none: by the keys that it derives,
 * the calls of all handlers inside one operation would be the same.
 */
export const hideOuterOperation = (request: Request): void => {
  if (arrived.has(request)) return;
  arrived.add(request);
  const { context } = request;
  if (!isPlain(context) || !('idempotency' in context)) return;
  const { idempotency, ...own } = Object.getOwnPropertyDescriptors(context);
  request.context = Object.create(Object.getPrototypeOf(context), own);
};

const isExtended = (context: object, more: object): boolean => {
  try {
    Object.assign(context, more);
    return Object.entries(more).every(([name, value]) => Reflect.get(context, name) === value);
  } catch {
    return false;
  }
};
