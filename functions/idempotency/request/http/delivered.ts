import { asObject, type Fields, isObject } from '../../base/fields.ts';
import { eventFields } from './event-fields.ts';

/**
 * Whether a request has what AWS adds to it: without that, it may be a job that sends one. VPC Lattice's format 1.0 has no context, but
 * headers of its own.
 */
export const isDelivered = (request: unknown): boolean =>
  isObject(request) &&
  (Object.keys(asObject(request['requestContext'])).length > 0 ||
    (typeof request['raw_path'] === 'string' && hasHeadersOfService(request)));

/**
 * Whether there are headers that a load balancer or VPC Lattice has added: to every request `x-forwarded-for` or the like, and those in which
 * they name the caller.
 */
export const hasHeadersOfService = (request: Fields): boolean =>
  ['headers', 'multiValueHeaders'].some((place) =>
    Object.keys(eventFields(request, place) ?? {}).some((name) => /^x-(amzn|forwarded)-/i.test(name)),
  );
