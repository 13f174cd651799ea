import type { Request } from '@middy/core';

/** Adds to the context that the handler gets. One that can't be added to is put behind a new one. */
export const extendContext = (request: Request, more: object): void => {
  const { context } = request;
  if (!isExtended(context, more)) request.context = Object.create(context, Object.getOwnPropertyDescriptors(more));
};

const isExtended = (context: object, more: object): boolean => {
  try {
    Object.assign(context, more);
    return Object.entries(more).every(([name, value]) => Reflect.get(context, name) === value);
  } catch {
    return false;
  }
};
