import type { Request } from '@middy/core';

/** Where in a request's life another middleware answered: before the handler ran, after it returned, after an error. */
export type Phase = 'before' | 'after' | 'error';

/** What can be seen of a request while Middy handles it. */
export interface Watch {
  phase: Phase;
  /** What the handler returned, if it did, whatever other middlewares made of it since. */
  returned: { value: unknown } | undefined;
  /** Whether the handler may have been called: Middy reads the context to call it, and so may other middlewares. */
  mayHaveRun: boolean;
}

/**
 * Sees what Middy has no hook for: whether the handler has returned, and when another middleware answers early, by a returned value or
 * by `request.earlyResponse`. Middy then skips all hooks that are left, ours among them, so that a claim would stay open and a
 * transaction would stay undone: `settle` is called, the answer is held back until it is done, and replaced by what it resolves to;
 * `undefined` means that there is nothing to settle.
 *
 * What Middy does have: it assigns `response` and `error`, where the assignment of an error follows one that resets the response; it
 * looks for the property `earlyResponse`, assigns it, and returns the response from an async function.
 */
export const watchRequest = (
  request: Request,
  settle: (watch: Watch, answer: unknown) => Promise<unknown> | undefined,
): Watch => {
  const watch: Watch = { phase: 'before', returned: undefined, mayHaveRun: false };
  let hasReturned = false;

  onAssignment(request, 'response', (value) => {
    if (watch.phase === 'before') {
      watch.phase = 'after';
      watch.returned = { value };
    } else hasReturned = true;
  });
  onAssignment(request, 'error', () => {
    // The only response so far is the reset.
    if (!hasReturned) watch.returned = undefined;
    watch.phase = 'error';
  });

  onRead(request, 'context', () => {
    watch.mayHaveRun = true;
  });

  // On top of what is there: another middleware of this library may watch the same request, and settles after this one.
  const below = Object.getPrototypeOf(request);
  const prototype = new Proxy(below, {
    set(target, name, value, receiver) {
      if (name !== 'earlyResponse') return Reflect.set(target, name, value, receiver);
      const answeredIn = { ...watch };
      const answered =
        value instanceof Promise
          ? value.then((answer) => settle(answeredIn, answer) ?? answer)
          : settle(answeredIn, value);
      return Reflect.set(target, name, answered ?? value, receiver);
    },
  });
  Object.setPrototypeOf(request, prototype);
  return watch;
};

/** Tells of each time that a property is read. */
const onRead = (target: object, name: string, tell: () => void): void => {
  const own = Object.getOwnPropertyDescriptor(target, name);
  let value: unknown = own?.value;
  Object.defineProperty(target, name, {
    enumerable: true,
    configurable: true,
    get: () => {
      tell();
      return own?.get ? own.get() : value;
    },
    set: (next) => {
      if (own?.set) own.set(next);
      else value = next;
    },
  });
};

/** Tells of each assignment to a property, which stays as it was in every other respect. */
const onAssignment = (target: object, name: string, tell: (value: unknown) => void): void => {
  const own = Object.getOwnPropertyDescriptor(target, name);
  let value: unknown = own?.value;
  Object.defineProperty(target, name, {
    enumerable: true,
    configurable: true,
    get: own?.get ?? (() => value),
    set: (next) => {
      tell(next);
      if (own?.set) own.set(next);
      else value = next;
    },
  });
};
