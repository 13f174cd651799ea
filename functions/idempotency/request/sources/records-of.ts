import { type Fields, field, isObject, textOf } from '../../base/fields.ts';
import { isAppSyncBatch } from './app-sync.ts';
import { areAll } from './are-all.ts';

/** Where a batch has its records: in a list, or in lists by topic or queue. */
export const recordFields = ['Records', 'messages', 'records', 'rmqMessagesByQueue'] as const;

/**
 * The records of a batch, whichever service sent it. What Kafka and Amazon MQ tell of all records at once is put into a single one, which
 * is the form that EventBridge Pipes give it. (Put into each of many, it would be as large as both together.)
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-source.html
 */
export const recordsOf = (event: unknown): readonly unknown[] | undefined => {
  if (isAppSyncBatch(event)) return event;
  if (Array.isArray(event)) return areAll(event, namesItsSource) ? event : undefined;
  const records = field(event, 'Records');
  if (Array.isArray(records)) return records;
  if (!isObject(event) || !namesItsSource(event)) return undefined;
  if (Array.isArray(event['messages'])) return grouped(event, { '': event['messages'] });
  const groups = field(event, 'records') ?? field(event, 'rmqMessagesByQueue');
  return isObject(groups) && !Array.isArray(groups) ? grouped(event, groups) : undefined;
};

const namesItsSource = (record: unknown): boolean =>
  (textOf(field(record, 'eventSource')) ?? textOf(field(record, 'EventSource'))) !== undefined;

const grouped = (event: Fields, groups: Fields): unknown[] => {
  const { messages: _messages, records: _records, rmqMessagesByQueue: _byQueue, ...shared } = event;
  const records = Object.values(groups).flat();
  if (records.length !== 1) return records;
  const eventSourceKey = Object.keys(groups).find((name) => [groups[name]].flat().length === 1);
  return [{ ...shared, ...(eventSourceKey && { eventSourceKey }), ...(records[0] as Fields) }];
};
