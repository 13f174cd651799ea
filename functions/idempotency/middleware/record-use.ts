import type { Request } from '@middy/core';

const idsByRequest = new WeakMap<Request, readonly string[]>();

/** @throws {TypeError} when another middleware of this handler uses the same record: the second would be refused by the first */
export const useRecordOnce = (request: Request, id: string): void => {
  const ids = idsByRequest.get(request) ?? [];
  if (ids.includes(id)) {
    throw new TypeError(
      'Two middlewares of this handler use the same record, so the first would block the second. ' +
        'Remove one of them, or give it a `namespace` or a `key` of its own.',
    );
  }
  idsByRequest.set(request, [...ids, id]);
};
