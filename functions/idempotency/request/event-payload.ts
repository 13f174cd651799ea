import { hashOf } from '../base/hash.ts';
import { identityOfEvent, recordsOf } from './event-source.ts';
import { fingerprintOfRequest } from './http/payload.ts';
import { toHttpRequest } from './http/request.ts';

/**
 * The payload by which two events of one operation are compared. Nothing in it changes when the same event is delivered again.
 *
 * @throws {Error} when the event has no canonical JSON
 */
export const fingerprintOfEvent = (event: unknown): string => {
  const request = toHttpRequest(event);
  return request ? fingerprintOfRequest(request) : hashOf(payloadOf(event));
};

const payloadOf = (event: unknown): unknown => {
  const identity = identityOfEvent(event);
  if (identity) return identity.payload;
  return recordsOf(event)?.map((record) => identityOfEvent(record)?.payload ?? record) ?? event;
};
