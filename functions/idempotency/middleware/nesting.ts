import type { Request } from '@middy/core';

/** What several middlewares of this library on one handler have to know of each other, per request. */
interface Nesting {
  ids: Set<string>;
  outer: Settlers[];
}

/** How a middleware that holds a claim ends it. */
interface Settlers {
  after(request: Request): Promise<void>;
  onError(request: Request): Promise<void>;
}

const nestings = new WeakMap<Request, Nesting>();

const nestingOf = (request: Request): Nesting => {
  const nesting = nestings.get(request) ?? { ids: new Set(), outer: [] };
  nestings.set(request, nesting);
  return nesting;
};

/** @throws {TypeError} when another middleware of this handler uses the same record: the second would be refused by the first */
export const useRecordOnce = (request: Request, id: string): void => {
  const { ids } = nestingOf(request);
  if (ids.has(id)) {
    throw new TypeError(
      'Two middlewares of this handler name the same operation, so that the second would be refused by the first. ' +
        'Remove one of them, or give it a `namespace` or a `key` of its own.',
    );
  }
  ids.add(id);
};

/** Registers a claim, to be settled when an inner middleware answers. */
export const enterNesting = (request: Request, settlers: Settlers): void => {
  nestingOf(request).outer.push(settlers);
};

/**
 * Answers in place of the handler. Middy runs no `after` then, which would leave the claims of the middlewares around this one to
 * their leases: a replay is their result too, a refusal gives them back.
 */
export const answerEarly = async (request: Request, response: unknown, kind: 'replay' | 'refusal'): Promise<void> => {
  request.response = response;
  for (const settlers of nestingOf(request).outer.toReversed()) {
    await (kind === 'replay' ? settlers.after(request) : settlers.onError(request));
  }
  request.earlyResponse = response;
};
