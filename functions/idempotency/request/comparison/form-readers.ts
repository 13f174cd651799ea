import { field } from '../../base/fields.ts';
import { notReadable } from '../../base/refusals.ts';
import { decodedForm, type FormPairs, formPairs, isUndecodable, undecodable } from './form.ts';

/**
 * How many pairs all readers read.
 *
 * @see https://nodejs.org/api/querystring.html#querystringparsestr-sep-eq-options
 * @see https://github.com/ljharb/qs
 */
const mostPairs = 1000;

/**
 * Whether some readers find other pairs in a text: those that stop before its end, at a `#` or counting what is empty between two `&`, and
 * those to which `]=` is the end of a name.
 */
export const isReadOtherwise = (text: string): boolean => {
  let pieces = 1;
  for (let at = text.indexOf('&'); at >= 0 && pieces <= mostPairs; at = text.indexOf('&', at + 1)) pieces += 1;
  if (pieces > mostPairs || text.includes('#')) return true;
  return text.split('&').some((pair) => /(?:\]|%5d)=/i.test(pair.slice(pair.indexOf('=') + 1)));
};

/**
 * Whether what readers find depends on the order of different names: some read no more than the first pairs, and those that know brackets
 * make one value of names that differ in brackets alone, as in `a=1&a[]=2`. So may they of a name that can't be decoded.
 */
export const isOrderRead = (pairs: readonly (readonly [name: string, value: unknown])[]): boolean => {
  if (pairs.length > mostPairs) return true;
  const names = [...new Set(pairs.map(([name]) => name))];
  return (
    (names.length > 1 && names.some((name) => isUndecodable(name) || isBracketed(name))) ||
    (names.some(hasBracket) && new Set(names.map(stemOf)).size < names.length)
  );
};

/** Whether some readers find other names in a query, where the order of names is read then: @fastify/aws-lambda decodes them once more. */
export const isDecodedAgain = (pairs: readonly (readonly [name: string, value: unknown])[]): boolean =>
  pairs.some(([name]) => name.includes('%'));

/**
 * Whether some readers find other pairs in a query that they put behind this path: it has a query of its own, since some services decode it, or
 * ends with white space, which it loses unless there is a query.
 */
export const isQueryOfPath = (path: string): boolean =>
  path.includes('?') || path.includes('#') || path !== path.trimEnd();

/** Whether some readers find other pairs in a query, or behind its path: ufo, of h3 1, drops what stands before a name. */
export const isQueryReadOtherwise = (text: string, path: string): boolean =>
  isQueryOfPath(path) ||
  (text !== '' &&
    (/(?:^|[&?])=/.test(text) ||
      isReadOtherwise(text) ||
      hasTwoSpellings(text.split('&').map((pair) => pair.split('=', 1)[0] ?? ''))));

/** Whether one name is spelled in two ways: some readers find the values of one spelling alone. */
const hasTwoSpellings = (names: readonly string[]): boolean =>
  new Set(names.map(decodedForm)).size < new Set(names).size;

/**
 * The pairs of a query string; of one that some readers read otherwise all of it, as a name that can't be read for certain. So is the name
 * behind a `?` at the beginning, which some readers drop. No name that can't be decoded begins with `&`, as these do.
 *
 * @param path as the event has it
 */
export const queryPairs = (text: string, path: string): FormPairs => {
  if (isQueryReadOtherwise(text, path)) return wholeQuery(text);
  const pairs = formPairs(text);
  const [first] = pairs;
  if (first && text.startsWith('?')) first[0] = `${undecodable}&${first[0]}`;
  return pairs;
};

/** A query string as it was sent, all of it. */
export const wholeQuery = (text: string): FormPairs => [[`${undecodable}&&${text}`, '']];

/** What was sent, and what of it a middleware has replaced; with all pairs, where their order is read. */
interface Sent {
  values: Readonly<Record<string, unknown[]>>;
  replaced?: Readonly<Record<string, unknown[]>>;
  order?: readonly unknown[];
}

/**
 * What was sent under a name; as a list, if several times.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when readers may find something else under the name
 */
export const pairValue = (
  place: 'body' | 'query',
  name: string,
  { values, replaced = {}, order = [] }: Sent,
): unknown => {
  const others = Object.keys(values).filter((other) => other !== name);
  if (order.length > mostPairs || [...others, ...Object.keys(replaced)].some(isUndecodable)) {
    throw notReadable(
      place,
      `it has more than ${mostPairs} fields, \`#\`, or \`]=\` in a value, or a name is empty, in two spellings, not percent-encoded UTF-8, or comes after a second \`?\``,
    );
  }
  const isNear = (other: string): boolean =>
    isBracketed(other) || (stemOf(other) === stemOf(name) && !(isProperty(other) && isProperty(name)));
  const near = others.find((other) => isNear(other) || (place === 'query' && isNear(decodedForm(other))));
  if (near !== undefined) throw notReadable(place, `some readers make one field of ${name} and ${near}`);
  const found = field(values, name) as unknown[] | undefined;
  return found?.length === 1 ? found[0] : found;
};

const hasBracket = (name: string): boolean => name.includes('[');

const isBracketed = (name: string): boolean => /^[[\]]/.test(name);

/** The property that a name begins with, to readers that know brackets: `a` of `a`, `a[]`, `a[b]`, and `[a]`; of `?a`, to those that drop it. */
const stemOf = (name: string): string => name.split(/^\?|[[\]]/).find((part) => part !== '') ?? '';

/** Whether a name is a property of its stem, and never a place in a list. */
const isProperty = (name: string): boolean => /^[^[\]]+\[[a-z_]\w*\]$/i.test(name);
