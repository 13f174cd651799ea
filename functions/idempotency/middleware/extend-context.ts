import type { Request } from '@middy/core';

/** Adds to the context that the handler gets. One that can't be added to is put behind a new one. */
export const extendContext = (request: Request, more: object): void => {
  const { context } = request;
  try {
    Object.assign(context, more);
  } catch {
    request.context = Object.assign(Object.create(context), more);
  }
};
