import { type Fields, isObject } from '../../base/fields.ts';
import { isContainer } from '../../base/plain.ts';
import { readBody } from '../comparison/read-body.ts';
import { isMarkedBase64 } from '../http/event-fields.ts';
import { hasEventFields, type IsGenuine } from './genuine.ts';
import { recordFields, recordsOf } from './records-of.ts';
import type { Source } from './source.ts';
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

/**
 * What the event is about: all of it, but for what another delivery of the same content changes. The records of a batch stay where
 * they are in it, so that nothing around them is lost.
 */
export const payloadOfSource = (event: unknown, isGenuine: IsGenuine = hasEventFields): unknown => {
  if (!recordsOf(event)) return payloadOf(event, isGenuine);
  if (Array.isArray(event)) return event.map((record) => payloadOf(record, isGenuine));
  const source = sourceOf(event as Fields);
  const batch: Record<string, unknown> = { ...(payloadOf(event, isGenuine) as Fields) };
  for (const name of recordFields) if (name in batch) batch[name] = payloadsOf(batch[name], isGenuine, source);
  const { Records: records, ...around } = batch;
  const [first, ...others] = Array.isArray(records) ? records : [];
  return isRecord(first) && others.length === 0 && Object.keys(around).length === 0 ? first : batch;
};

/** Whether it isn't a request that somebody has put into a batch of his own: who called would not be in the scope. */
const isDeliverable = (record: unknown): boolean => !(isObject(record) && sourceOf(record)?.isRequest);

const isRecord = (record: unknown): boolean => isObject(record) && sourceOf(record) !== undefined;

const payloadsOf = (records: unknown, isGenuine: IsGenuine, source: Source | undefined): unknown => {
  const payload = (record: unknown) => (isDeliverable(record) ? payloadOf(record, isGenuine, source) : record);
  const group = (of: unknown) => (Array.isArray(of) ? of.map(payload) : payload(of));
  if (Array.isArray(records) || !isContainer(records)) return group(records);
  return Object.fromEntries(Object.entries(records).map(([name, of]) => [name, group(of)]));
};

/** Only what JSON can be is an event: a copy of anything else would lack what is not in its properties. */
const payloadOf = (record: unknown, isGenuine: IsGenuine, ofBatch?: Source): unknown => {
  if (!isContainer(record) || Array.isArray(record)) return record;
  const source = sourceOf(record) ?? ofBatch;
  if (!source) return record;
  const { delivery, resending = [], inOneForm = (event: Fields) => event } = source;
  const paths = isGenuine(record, source) ? [...delivery, ...resending] : delivery;
  const payload = without(inOneForm(record), paths);
  const { body } = payload;
  if (!source.hasBody || typeof body !== 'string') return payload;
  const contentType = /^\s*[{[]/.test(body) ? 'application/json' : 'text/plain';
  return { ...payload, body: readBody({ body, isBase64Encoded: isMarkedBase64(payload), contentType }).identity() };
};

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
  const reason = (record && sourceOf(record)?.unnamed) ?? 'This event has no id that the library knows.';
  return `${reason} Pass the option \`key\`: a function of the event, for instance \`key: (event) => event.orderId\`.`;
};
