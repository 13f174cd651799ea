import type { Request } from '@middy/core';

/** A record in use by a handler. */
interface RecordUse {
  id: string;
  isUnderWay: () => boolean;
}

const idsByRequest = new WeakMap<Request, readonly string[]>();

/** On the context that a handler is given: what it calls with that is inside it. What runs at the same time has a context of its own. */
const usesAround = Symbol.for('middy-idempotency.usesAround');

const usesOf = (context: object): readonly RecordUse[] =>
  (context as { [usesAround]?: readonly RecordUse[] })[usesAround] ?? [];

/** @throws {TypeError} when another middleware, of this handler or one around it, uses the same record: it would refuse the second */
export const useRecordOnce = (request: Request, id: string): void => {
  const ids = idsByRequest.get(request) ?? [];
  if (ids.includes(id) || usesOf(request.context).some((use) => use.id === id && use.isUnderWay())) {
    throw new TypeError(
      'Two middlewares of this handler, or of it and one around it, use the same record, so the first would block the second. ' +
        'Remove one of them, or give it a `namespace` or a `key` of its own.',
    );
  }
  idsByRequest.set(request, [...ids, id]);
};

/** What the handler's context gets, and hidden in it the record that is in use. */
export const withRecordUse = <More extends object>(more: More, { context }: Request, use: RecordUse): More =>
  Object.defineProperty(more, usesAround, { value: [...usesOf(context), use] });
