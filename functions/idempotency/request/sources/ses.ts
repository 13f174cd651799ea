import { field, textOf } from '../../base/fields.ts';
import { jsonOfTexts } from '../../base/json-of-texts.ts';
import type { Source } from './source.ts';

/**
 * A mail arrives once for each receipt rule that it matches, with the recipients that the rule is for.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-event.html
 */
export const ses: Source = {
  key: ({ ses }) => {
    const recipients = field(field(ses, 'receipt'), 'recipients');
    const areTexts = Array.isArray(recipients) && recipients.every((recipient) => textOf(recipient) !== undefined);
    const sorted = areTexts ? jsonOfTexts([...recipients].sort()) : undefined;
    return ['ses', textOf(field(field(ses, 'mail'), 'messageId')), sorted];
  },
  delivery: [],
  resending: ['ses.mail.messageId', 'ses.mail.timestamp', 'ses.receipt.timestamp', 'ses.receipt.processingTimeMillis'],
};
