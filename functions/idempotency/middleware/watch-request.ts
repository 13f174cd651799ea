import type { Request } from '@middy/core';
import { asRefusal, refusalOf } from '../request/http/refusal.ts';
import { isHttpResponse } from '../request/http/response.ts';

/** Where in a request's life another middleware answered: before the handler ran, after it returned, after an error. */
export type Phase = 'before' | 'after' | 'error';

/** What can be seen of a request while Middy handles it. */
export interface Watch {
  phase: Phase;
  /** What the handler returned, if it did, whatever other middlewares made of it since. */
  returned: { value: unknown } | undefined;
  /** The very thing that the handler returned, or that was thrown first: what Middy's early timeout gives is known by it. */
  ending: unknown;
  /** Whether the handler may have been called: Middy reads the context to call it, and so may other middlewares. */
  mayHaveRun: boolean;
}

/**
 * Sees what Middy has no hook for: whether the handler was called and has returned, when another middleware answers early, by a returned
 * value or by `request.earlyResponse`, and when one throws in `onError`. Middy then skips all hooks that are left, ours among them, so
 * that a claim would stay open and a transaction would stay undone: `settle` is called. An answer is held back until it is done, and
 * replaced by what it resolves to; `undefined` means that there is nothing to settle. An error can't be held back.
 *
 * What Middy does have: it assigns `response` and `error`, where the assignment of an error follows one that resets the response; it
 * looks for the property `earlyResponse`, once after each middleware and once again before it calls the handler; it assigns it, and
 * returns the response from an async function; an error that a hook throws it assigns, and reads it to throw it on.
 */
export const watchRequest = (
  request: Request,
  settle: (watch: Watch, answer: unknown) => Promise<unknown> | undefined,
): Watch => {
  const watch: Watch = { phase: 'before', returned: undefined, ending: undefined, mayHaveRun: false };
  let hasReturned = false;
  let isReplaced = false;
  const looks = countLooks();

  observe(request, 'response', {
    assigned: (value) => {
      if (watch.phase === 'before')
        Object.assign(watch, { phase: 'after', returned: { value: copyOf(value) }, ending: value });
      else hasReturned = true;
    },
  });
  observe(request, 'error', {
    assigned: (error) => {
      if (watch.phase === 'error') isReplaced = true;
      // The only response so far is the reset.
      else if (!hasReturned) Object.assign(watch, { returned: undefined, ending: error });
      watch.phase = 'error';
    },
    read: () => {
      if (!isReplaced) return;
      isReplaced = false;
      void settle({ ...watch }, undefined);
    },
  });
  observe(request, 'context', {
    read: () => {
      watch.mayHaveRun ||= !looks.isBetweenMiddlewares();
      looks.interrupt();
    },
  });
  for (const name of ['event', 'internal']) observe(request, name, { read: looks.interrupt });

  // On top of what is there: another middleware of this library may watch the same request, and settles after this one.
  const below = Object.getPrototypeOf(request);
  const prototype = new Proxy(below, {
    has(target, name) {
      if (name === 'earlyResponse') {
        looks.add();
        isReplaced = false;
        // It looks no more once it has called the handler.
        if (watch.phase === 'before') watch.mayHaveRun = false;
      }
      return Reflect.has(target, name);
    },
    set(target, name, value, receiver) {
      if (name !== 'earlyResponse') return Reflect.set(target, name, value, receiver);
      const answeredIn = { ...watch };
      const answered =
        value instanceof Promise
          ? value.then(
              (answer) => settle(answeredIn, answer) ?? answer,
              async (error) => {
                await settle({ ...answeredIn, phase: 'error' }, undefined);
                throw error;
              },
            )
          : settle(answeredIn, value);
      return Reflect.set(target, name, answered ?? value, receiver);
    },
  });
  Object.setPrototypeOf(request, prototype);
  return watch;
};

/** A middleware may yet change what the handler has returned, in place. */
const copyOf = (returned: unknown): unknown => {
  if (!isHttpResponse(returned)) return returned;
  const copy = Object.assign(Object.create(Object.getPrototypeOf(returned)), returned);
  const refusal = refusalOf(returned);
  return refusal ? asRefusal(copy, refusal) : copy;
};

/** Counts how often Middy looked for an early answer without anything between: once where the next middleware follows, twice before the handler. */
const countLooks = () => {
  let looks = 0;
  let isFresh = false;
  const interrupt = (): void => {
    isFresh = false;
  };
  return {
    add: () => {
      looks = isFresh ? 2 : 1;
      isFresh = true;
      queueMicrotask(interrupt);
    },
    interrupt,
    isBetweenMiddlewares: () => looks === 1,
  };
};

interface Observer {
  assigned?: (value: unknown) => void;
  read?: () => void;
}

/** Tells of each time that a property is read or assigned; it stays as it was in every other respect. */
const observe = (target: object, name: string, { assigned, read }: Observer): void => {
  const own = Object.getOwnPropertyDescriptor(target, name);
  let value: unknown = own?.value;
  Object.defineProperty(target, name, {
    enumerable: true,
    configurable: true,
    get: () => {
      read?.();
      return own?.get ? own.get() : value;
    },
    set: (next) => {
      assigned?.(next);
      if (own?.set) own.set(next);
      else value = next;
    },
  });
};
