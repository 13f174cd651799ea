import { field, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export const sns: Source = {
  key: ({ Sns }) => ['sns', textOf(field(Sns, 'TopicArn')), textOf(field(Sns, 'MessageId'))],
  delivery: [],
  resending: [
    'EventSubscriptionArn',
    'Sns.MessageId',
    'Sns.Timestamp',
    'Sns.Signature',
    'Sns.SignatureVersion',
    // Lambda writes these two in both ways.
    'Sns.SigningCertURL',
    'Sns.SigningCertUrl',
    'Sns.UnsubscribeURL',
    'Sns.UnsubscribeUrl',
  ],
};
