import { type Fields, field, isObject } from '../../base/fields.ts';
import { eventFields } from './event-fields.ts';
import { isSent } from './sent-or-set.ts';

/**
 * Every value of a header of an HTTP event, in whichever of the two places the service puts them; its name in any case. What a middleware
 * has set in `headers`, which handlers read, holds against what was sent. A load balancer has one of the two places, so where there are both,
 * something has made `headers`, and has taken nothing away.
 */
export const headerValues = (event: unknown, name: string): string[] => {
  const repeated = named(eventFields(event, 'multiValueHeaders') ?? {}, name.toLowerCase());
  const headers = eventFields(event, 'headers');
  if (!headers) return repeated;
  const values = named(headers, name.toLowerCase());
  if (values.length === 0) return isBalanced(event) ? repeated : [];
  return values.every((value) => isSent(value, repeated)) ? repeated : values;
};

/** Whether a load balancer sent the event. */
export const isBalanced = (event: unknown): boolean => isObject(field(field(event, 'requestContext'), 'elb'));

const named = (headers: Fields, wanted: string): string[] =>
  Object.keys(headers)
    .filter((name) => name.length === wanted.length && name.toLowerCase() === wanted)
    .flatMap((name) => headers[name])
    .filter((value) => typeof value === 'string');
