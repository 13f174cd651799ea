import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A sample event as AWS documents it, a new one on every call. */
export const sampleEvent = <Event = Record<string, unknown>>(
  name: 'sqs' | 'sqs-fifo' | 'sns' | 'eventbridge' | 'kinesis' | 'dynamodb-stream' | 's3' | 'step-functions',
): Event => JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/events/${name}.json`), 'utf8')) as Event;

/** The first record of a sample. */
export const sampleRecord = <Sample = Record<string, unknown>>(name: Parameters<typeof sampleEvent>[0]): Sample => {
  const [record] = sampleEvent<{ Records: Sample[] }>(name).Records;
  if (record === undefined) throw new Error(`${name} has no record.`);
  return record;
};
