import type { Request } from '@middy/core';

/** Where in a request's life another middleware answered: before the handler ran, after it returned, after it threw. */
export type Phase = 'before' | 'after' | 'error';

/**
 * Calls `settle` when another middleware answers early, by a returned value or by `request.earlyResponse`. Middy then skips all
 * hooks that are left, ours among them, so that a claim would stay open and a transaction would stay undone. The answer is held
 * back until `settle` is done, and replaced by what it resolves to; `undefined` means that there is nothing to settle.
 *
 * Middy has no hook for this. What it does have: it looks for the property `earlyResponse`, assigns it, and returns the response
 * from an async function. A prototype that notices the first assignment does the rest.
 */
export const onEarlyAnswer = (
  request: Request,
  settle: (phase: Phase, answer: unknown) => Promise<unknown> | undefined,
): void => {
  let phase: Phase = 'before';
  // Without properties of its own by these names, the request has its prototype notice their first assignment too.
  for (const name of ['response', 'error']) if (isUnset(request, name)) Reflect.deleteProperty(request, name);
  // On top of what is there: another middleware of this library may watch the same request, and settles after this one.
  const prototype = new Proxy(Object.getPrototypeOf(request), {
    set(target, name, value, receiver) {
      if (name !== 'earlyResponse') {
        if (name === 'error') phase = 'error';
        else if (name === 'response' && phase === 'before') phase = 'after';
        return Reflect.set(target, name, value, receiver);
      }
      const answeredIn = phase;
      const answered =
        value instanceof Promise
          ? value.then((answer) => settle(answeredIn, answer) ?? answer)
          : settle(answeredIn, value);
      return Reflect.set(target, name, answered ?? value, receiver);
    },
  });
  Object.setPrototypeOf(request, prototype);
};

const isUnset = (request: Request, name: string): boolean => Reflect.get(request, name) === undefined;
