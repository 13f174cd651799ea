import type { Fields } from '../../base/fields.ts';
import { byName, decodedForm, decodedValue } from '../comparison/form.ts';
import { isOrderRead, isQueryOfPath, isReadAlike } from '../comparison/form-readers.ts';

/** Values by name, each in order: texts, or what a middleware has made of them. */
export type Values = Readonly<Record<string, unknown[]>>;

/** What was sent, and what the handler reads in its place where a middleware has set something else. */
export interface SentOrSet {
  /** What the handler reads. Of what was sent several times all values, even if it reads one of them. */
  values: Values;
  /**
   * What was sent under the names that are now set to something else, or to nothing; of what was sent several times, what is read. Nothing
   * where none was sent, or something has taken it away.
   */
  replaced: Values;
  /** How a load balancer, which doesn't decode them, spells the values. */
  spelled?: Values;
  /** All that was sent, where readers may find something else in it, or in another order. */
  asSent?: AsSent | undefined;
}

type Pair = readonly [name: string, value: unknown];

type AsSent = string | readonly Pair[];

/**
 * Puts two places of an event together in which a service tells the same, one of them with all values: a middleware may have changed the
 * other, and that is what the handler reads.
 *
 * @param given values as the handler reads them, often one of several, or all of them joined by a comma; if the service has such a place
 * @param pairs all values that were sent, in order
 * @param hasLists whether the service writes lists: elsewhere one is what a middleware has set
 */
export const sentOrSet = (
  given: Fields | undefined,
  pairs: readonly Pair[],
  asSent?: AsSent,
  hasLists = false,
): SentOrSet => {
  const sent = byName(pairs);
  const replaced: Record<string, unknown[]> = Object.create(null);
  if (!given) return { values: sent, replaced, asSent };
  const values: Record<string, unknown[]> = Object.create(null);
  for (const [name, value] of Object.entries(given)) {
    const texts = sent[name];
    if (texts && (hasLists || !Array.isArray(value)) && isSent(value, texts)) {
      values[name] = texts;
      // Which of several it is, or what it was decoded to, may be a middleware's choice.
      if (!isWhole(value, texts)) replaced[name] = listOf(value);
    } else {
      values[name] = hasLists ? listOf(value) : [value];
      replaced[name] = texts ?? [];
    }
  }
  for (const [name, texts] of Object.entries(sent)) {
    if (!Object.hasOwn(values, name)) replaced[name] = texts;
  }
  return { values, replaced, asSent };
};

/**
 * The parameters of a load balancer, which doesn't decode them: they are what they say, but how they are spelled is seen by the handler.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer
 */
export const undecoded = ({ values, replaced }: SentOrSet, path: string): SentOrSet => {
  const pairs = pairsOf(values);
  const text = pairs.map(([name, value]) => `${name}=${typeof value === 'string' ? value : ''}`).join('&');
  const decoded = pairs.map(
    ([name, value]): Pair => [decodedForm(name), typeof value === 'string' ? decodedValue(value) : value],
  );
  return {
    ...sentOrSet(undefined, decoded, textAsSent(text, path)),
    replaced,
    spelled: byName(pairs),
  };
};

/** A query, unless all readers find the same in it, and behind its path. */
export const textAsSent = (text: string, path: string): string | undefined =>
  isReadAlike(text) && !isQueryOfPath(path) ? undefined : text;

/** The same of one that the service has decoded. */
export const pairsAsSent = (pairs: readonly Pair[], path: string): readonly Pair[] | undefined =>
  isOrderRead(pairs) || isQueryOfPath(path) ? pairs : undefined;

/** One value or several; a gap is one that is `undefined`. */
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? Array.from(value) : [value]);

/** Of fields that are values or lists of them. */
export const pairsOf = (fields: Fields): Pair[] =>
  Object.entries(fields).flatMap(([name, value]) => listOf(value).map((each) => [name, each] as const));

/**
 * Whether what the handler reads is one of the values that were sent, or all of them. What nobody can decode was sent if it has what
 * decoders write in its place.
 */
export const isSent = (given: unknown, sent: readonly unknown[]): boolean => {
  const read = listOf(given).map(plainText);
  if (sent.length === 0 || read.includes(undefined)) return false;
  if (!areWellFormed(sent)) return read.some((text) => /[\ufffd%]/.test(text ?? ''));
  return (read.length === 1 && sent.map(plainText).includes(read[0])) || isWhole(given, sent);
};

/** Whether it is all of them, in a list or joined. */
const isWhole = (given: unknown, sent: readonly unknown[]): boolean => {
  const texts = sent.map(plainText);
  const joined = listOf(given).map(plainText).join(',');
  return areWellFormed(sent) && (joined === texts.join(',') || joined === texts.join(', '));
};

const areWellFormed = (sent: readonly unknown[]): boolean =>
  sent.every((text) => typeof text !== 'string' || text.isWellFormed());

/** A validator may have made a number of a text. */
const plainText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
