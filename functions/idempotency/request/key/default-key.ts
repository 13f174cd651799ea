import { IdempotencyError } from '../../base/error.ts';
import { keyHeaderMissing } from '../../protocol/refusal.ts';
import { identityOfEvent, recordsOf } from '../event-source.ts';
import { toHttpRequest } from '../http/request.ts';
import type { KeySource } from './key.ts';
import { fromHeader } from './sources.ts';

const fromIdempotencyKeyHeader = fromHeader('Idempotency-Key');

/** What names an operation without the option `key`: the header `Idempotency-Key`, or the id that the event's source gave it. */
export const keyOfEvent: KeySource = (event, context) =>
  toHttpRequest(event) ? fromIdempotencyKeyHeader(event, context) : identityOfEvent(event)?.key;

/** The refusal of an event that `keyOfEvent` finds no key in. */
export const withoutDefaultKey = (event: unknown): IdempotencyError =>
  toHttpRequest(event)
    ? keyHeaderMissing()
    : new IdempotencyError('ILLEGAL_ARGUMENT', howToName(recordsOf(event)?.length ?? 0), { title: 'Key is missing' });

const howToName = (records: number): string =>
  records > 1
    ? `This event has ${records} records, each an operation of its own: wrap the function that handles one of them with ` +
      '`makeIdempotent`, or name the whole batch with the option `key`.'
    : 'Nothing that is known of this event names the operation. Pass the option `key`: a function of what comes in, for ' +
      'instance `key: (event) => event.orderId`.';
