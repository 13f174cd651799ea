import type { IdempotencyError } from '../../base/error.ts';
import { eventNamesNothing, keyHeaderMissing } from '../../base/refusals.ts';
import type { Incoming } from '../incoming.ts';
import { keyOfSource, unnamedReason } from '../sources/source-event.ts';
import { keySource, readKey } from './key.ts';
import { fromHeader } from './sources.ts';

const idempotencyKeyHeader = fromHeader('Idempotency-Key');

/** What names an operation without the option `key`: the header `Idempotency-Key`, or the id that the event's source gave it. */
export const defaultKey = keySource('the event', (incoming) =>
  incoming.http ? readKey(idempotencyKeyHeader, incoming) : keyOfSource(incoming.event),
);

/** The refusal of an event in which `defaultKey` finds none. */
export const withoutDefaultKey = ({ event, http }: Pick<Incoming, 'event' | 'http'>): IdempotencyError =>
  http ? keyHeaderMissing() : eventNamesNothing(unnamedReason(event));
