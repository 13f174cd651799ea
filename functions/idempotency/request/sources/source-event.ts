import { type Fields, isObject } from '../../base/fields.ts';
import { recordsOf } from './records-of.ts';
import { sourceOf } from './source-of.ts';
import { without } from './without.ts';

/** An event of exactly one record is that record. */
const single = (event: unknown): Fields | undefined => {
  const [first, ...others] = recordsOf(event) ?? [event];
  return others.length === 0 && isObject(first) && !Array.isArray(first) ? first : undefined;
};

/** The id that the event's source gave it; `undefined` where it gave none, and for several records. */
export const keyOfSource = (event: unknown): readonly string[] | undefined => {
  const record = single(event);
  const key = record && sourceOf(record)?.key(record);
  return key?.every((part) => part !== undefined) ? key : undefined;
};

/** What the event is about: all of it, but for what another delivery of the same content changes. */
export const payloadOfSource = (event: unknown): unknown => {
  const records = recordsOf(event);
  const record = single(event);
  if (record) return payloadOf(record);
  if (!records) return event;
  const payloads = records.map((each) => (isObject(each) ? payloadOf(each) : each));
  return isObject(event) && 'Records' in event ? { ...event, Records: payloads } : payloads;
};

const payloadOf = (record: Fields): Fields => without(record, sourceOf(record)?.delivery ?? []);

/** Why an event that `keyOfSource` finds no id in is refused, and the cure. */
export const unnamedReason = (event: unknown): string => {
  const count = recordsOf(event)?.length ?? 0;
  if (count > 1) {
    return (
      `This event has ${count} records, each an operation of its own: wrap the function that handles one of them with ` +
      '`makeIdempotent`, or name the whole batch with the option `key`.'
    );
  }
  const record = single(event);
  const reason = (record && sourceOf(record)?.unnamed) ?? 'Nothing that is known of this event names the operation.';
  return `${reason} Pass the option \`key\`: a function of what comes in, for instance \`key: (event) => event.orderId\`.`;
};
