import type { Request } from '@middy/core';
import { isPlain } from '../base/plain.ts';
import { viewOf } from './context-view.ts';

/**
 * Gives the handler a context of its own that has more. What is given to the function is left as it is: several handlers of one invocation
 * may share it, the records of a batch for instance, or an operation inside another one.
 */
export const extendContext = (request: Request, more: object): void => {
  const { context } = request;
  const added = Object.getOwnPropertyDescriptors(more);
  request.context = canBeCopied(context) ? copyOf(context, added) : viewOf(context, added);
};

/** A proxy may tell more than it has. */
const canBeCopied = (context: object): boolean =>
  isPlain(context) && !process.getBuiltinModule('node:util').types.isProxy(context);

const copyOf = <Context extends object>(context: Context, added: PropertyDescriptorMap): Context =>
  Object.create(Object.getPrototypeOf(context), { ...Object.getOwnPropertyDescriptors(context), ...added });

const arrived = new WeakSet<Request>();

/**
 * Hides the operation around a handler from it, before the first middleware gives it one of its own, or none: by the keys that it derives,
 * the calls of all handlers inside one operation would be the same.
 */
export const hideOuterOperation = (request: Request): void => {
  if (arrived.has(request)) return;
  arrived.add(request);
  const { context } = request;
  if (!('idempotency' in context)) return;
  const { idempotency, ...own } = Object.getOwnPropertyDescriptors(context);
  request.context = canBeCopied(context)
    ? Object.create(Object.getPrototypeOf(context), own)
    : viewOf(context, {}, 'idempotency');
};
