import { asObject, isObject } from '../../base/fields.ts';

/**
 * Whether a request has what AWS adds to it: without that, it may be a job that sends one. VPC Lattice's format 1.0 has no context, but
 * always headers.
 */
export const isDelivered = (request: unknown): boolean =>
  isObject(request) &&
  (Object.keys(asObject(request['requestContext'])).length > 0 ||
    (typeof request['raw_path'] === 'string' && isObject(request['headers'])));
