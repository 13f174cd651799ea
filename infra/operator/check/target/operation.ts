import { randomBytes } from 'node:crypto';

/** One thing that is asked for: what its requests have in common, and no other operation's have. */
export interface Operation {
  unique: string;
  key: string;
}

export const newOperation = (): Operation => ({
  unique: randomBytes(8).toString('hex'),
  key: `check-${randomBytes(16).toString('hex')}`,
});

export const placeholders = ['{{unique}}', '{{key}}'] as const;

/** Fills the placeholders of a URL, a header, a body or a command. */
export const filled = (text: string, { unique, key }: Operation): string =>
  text.replaceAll('{{unique}}', unique).replaceAll('{{key}}', key);
