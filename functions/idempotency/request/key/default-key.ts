import type { IdempotencyError } from '../../base/error.ts';
import { eventNamesNothing, keyHeaderMissing } from '../../base/refusals.ts';
import { identityOfEvent, recordsOf } from '../event-source.ts';
import type { Incoming } from '../incoming.ts';
import { keySource, readKey } from './key.ts';
import { fromHeader } from './sources.ts';

const idempotencyKeyHeader = fromHeader('Idempotency-Key');

/** What names an operation without the option `key`: the header `Idempotency-Key`, or the id that the event's source gave it. */
export const defaultKey = keySource('the event', (incoming) =>
  incoming.http ? readKey(idempotencyKeyHeader, incoming) : identityOfEvent(incoming.event)?.key,
);

/** The refusal of an event in which `defaultKey` finds none. */
export const withoutDefaultKey = ({ event, http }: Pick<Incoming, 'event' | 'http'>): IdempotencyError =>
  http ? keyHeaderMissing() : eventNamesNothing(howToName(recordsOf(event)?.length ?? 0));

const howToName = (records: number): string =>
  records > 1
    ? `This event has ${records} records, each an operation of its own: wrap the function that handles one of them with ` +
      '`makeIdempotent`, or name the whole batch with the option `key`.'
    : 'Nothing that is known of this event names the operation. Pass the option `key`: a function of what comes in, for ' +
      'instance `key: (event) => event.orderId`.';
