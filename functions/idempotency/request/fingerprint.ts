import { hashOf } from '../base/hash.ts';
import { identityOfEvent, recordsOf } from './event-source.ts';
import { fingerprintOfRequest } from './http/payload.ts';
import type { HttpRequest } from './http/request.ts';
import { toHttpRequest } from './http/request.ts';
import type { Incoming } from './incoming.ts';
import { type KeySource, readKey } from './key/key.ts';

/** By what two requests of one operation are compared: what the option `fingerprint` names, else the event's payload. */
export const fingerprintOf = async (incoming: Incoming, source: KeySource | undefined): Promise<string> =>
  source ? hashOf(await readKey(source, incoming)) : fingerprintOfEvent(incoming.event, incoming.http);

/**
 * The payload by which two events of one operation are compared. Nothing in it changes when the same event is delivered again.
 *
 * @throws {Error} when the event has no canonical JSON
 */
export const fingerprintOfEvent = (event: unknown, http: HttpRequest | undefined = toHttpRequest(event)): string =>
  http ? fingerprintOfRequest(http) : hashOf(payloadOf(event));

const payloadOf = (event: unknown): unknown => {
  const identity = identityOfEvent(event);
  if (identity) return identity.payload;
  return recordsOf(event)?.map((record) => identityOfEvent(record)?.payload ?? record) ?? event;
};
