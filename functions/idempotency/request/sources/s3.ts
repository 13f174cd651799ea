import { field, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export const s3: Source = {
  key: ({ s3, eventName }) => {
    const object = field(s3, 'object');
    const [bucket, key] = [field(field(s3, 'bucket'), 'name'), field(object, 'key')];
    return ['s3', textOf(bucket), textOf(key), textOf(field(object, 'sequencer')), textOf(eventName)];
  },
  delivery: [],
  resending: ['eventTime', 'responseElements'],
  unnamed: 'This S3 event has no `sequencer`, so it can’t be told from the next event of the same object.',
};
