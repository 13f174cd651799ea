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
  const below = takeOwn(request, ['response', 'error']);
  // On top of what is there: another middleware of this library may watch the same request, and settles after this one.
  const prototype = new Proxy(below, {
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

/** Moves an object's own properties to a new prototype for it, on top of its present one. What is undefined needs none. */
const takeOwn = (from: object, names: readonly string[]): object => {
  let prototype = Object.getPrototypeOf(from);
  for (const name of names) {
    const own = Object.getOwnPropertyDescriptor(from, name);
    if (!own) continue;
    Reflect.deleteProperty(from, name);
    if (own.value !== undefined) prototype = Object.create(prototype, { [name]: own });
  }
  return prototype;
};
