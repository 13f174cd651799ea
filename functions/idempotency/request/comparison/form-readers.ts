import type { IdempotencyError } from '../../base/error.ts';
import { field } from '../../base/fields.ts';
import { notReadable } from '../../base/refusals.ts';
import { alikeNames } from './alike-names.ts';
import { decodedForm, isSound, isUndecodable, nameAndValue } from './form.ts';

/**
 * How many pairs all readers read.
 *
 * @see https://nodejs.org/api/querystring.html#querystringparsestr-sep-eq-options
 * @see https://github.com/ljharb/qs
 */
const mostPairs = 1000;

const hasTooManyPairs = (text: string): boolean => {
  let pieces = 1;
  for (let at = text.indexOf('&'); at >= 0 && pieces <= mostPairs; at = text.indexOf('&', at + 1)) pieces += 1;
  return pieces > mostPairs;
};

type Pairs = readonly (readonly [name: string, value: unknown])[];

/** Signs that no reader takes for anything but a name's own. */
const plainName = /^[\w-]+$/;

/**
 * A sign that encoders of forms escape, since some readers split at it before they decode, an escape of one that they leave, or one in small
 * letters, in which some don't find what says the charset.
 */
const unusualSpelling = /[^\w.!'()*~+%-]|%(?:2[DE]|3\d|[46][1-9A-F]|[57][\dA]|5F|.?[a-f])/;

/** A field by which a form says that its others are in another charset than UTF-8, to readers that are told to heed it. */
const otherCharset =
  /(?:^|[&?])(?:[Uu][Tt][Ff]8=(?!%E2%9C%93)|_[Cc][Hh][Aa][Rr][Ss][Ee][Tt]_=(?![Uu][Tt][Ff]-8(?:&|$)))/;

/**
 * Whether all readers find the same in a form or a query, however it is ordered and its spaces are spelled: each pair has a plain name and
 * `=`, and is spelled as encoders do.
 */
export const isReadAlike = (text: string): boolean =>
  text === '' ||
  (!hasTooManyPairs(text) && !otherCharset.test(text) && isSound(text) && text.split('&').every(isPlainPair));

const isPlainPair = (pair: string): boolean => /^[\w-]+=/.test(pair) && !unusualSpelling.test(nameAndValue(pair)[1]);

/**
 * Whether what readers find may depend on the order of different names: some read no more than the first pairs, and those that know paths
 * make one value of `a=1&a[]=2`, or of `a=1&a.b=2`.
 */
export const isOrderRead = (pairs: Pairs): boolean => {
  const names = new Set(pairs.map(([name]) => name));
  return pairs.length > mostPairs || (names.size > 1 && ![...names].every((name) => plainName.test(name)));
};

/**
 * Whether some readers find other pairs in a text: those that stop before its end, at a `#` or counting what is empty between two `&`,
 * those to which `;` ends a pair or `]=` a name, and ufo, of h3 1, which drops what stands before a name.
 */
export const isReadOtherwise = (text: string): boolean =>
  hasTooManyPairs(text) ||
  /[#;]|(?:^|[&?])=/.test(text) ||
  otherCharset.test(text) ||
  text.split('&').some((pair) => /(?:\]|%5d)=/i.test(nameAndValue(pair)[1]));

/**
 * Whether some readers find other pairs in a query that they put behind this path: it has a query of its own, since some services decode it, or
 * ends with white space, which it loses unless there is a query.
 */
export const isQueryOfPath = (path: string): boolean =>
  path.includes('?') || path.includes('#') || path !== path.trimEnd();

/**
 * Whether some readers find other pairs in a query, or behind its path: some drop a `?` at the beginning.
 *
 * @param asSent where it isn't read alike
 */
export const isQueryReadOtherwise = (path: string, asSent: string | Pairs = ''): boolean =>
  isQueryOfPath(path) ||
  (typeof asSent === 'string'
    ? asSent.startsWith('?') ||
      isReadOtherwise(asSent) ||
      hasTwoSpellings(asSent.split('&').map((pair) => nameAndValue(pair)[0]))
    : asSent.length > mostPairs);

/** Whether one name is spelled in two ways: some readers find the values of one spelling alone. */
const hasTwoSpellings = (names: readonly string[]): boolean =>
  new Set(names.map(decodedForm)).size < new Set(names).size;

type Values = Readonly<Record<string, unknown[]>>;

/** What was sent, what of it a middleware has replaced, and how it was spelled. */
interface Sent {
  values: Values;
  replaced?: Values;
  spelled?: Values;
}

/**
 * What was sent under a name; as a list, if several times, or if a middleware has set something else: some adapters read what was sent.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when readers may find something else under the name
 */
export const pairValue = (
  place: 'body' | 'query',
  name: string,
  { values, replaced = {}, spelled = {} }: Sent,
): unknown => {
  const others = Object.keys(values).filter((other) => other !== name);
  if ([...others, ...Object.keys(replaced), ...Object.keys(spelled)].some(isUndecodable)) {
    throw notReadable(place, 'a name is not percent-encoded UTF-8');
  }
  const isAlike = alikeNames(name);
  const isNear = (other: string): boolean =>
    isBracketed(other) || isAlike(other) || (stemOf(other) === stemOf(name) && !areTwoProperties(name, other));
  const near = others.find((other) => isNear(other) || (place === 'query' && isNear(decodedForm(other))));
  if (near !== undefined) throw readAsOne(place, name, near);
  const [found, other = [], spellings = []] = [values, replaced, spelled].map(
    (place) => field(place, name) as unknown[] | undefined,
  );
  if ([...(found ?? []), ...other, ...spellings].some(isUndecodable)) {
    throw notReadable(
      place,
      `${name} is not percent-encoded UTF-8, has no \`=\`, or some readers split it at a \`,\`, \`|\`, \`=\`, bracket, or \`?\` in front: send that percent-encoded`,
    );
  }
  const besides = other.filter((value) => !found?.includes(value));
  if (found && besides.length > 0) return [found, besides];
  return found?.length === 1 ? found[0] : found;
};

/** The refusal of names of which some readers make one. */
export const readAsOne = (place: 'body' | 'query', name: string, near: string): IdempotencyError =>
  notReadable(place, `some readers make one field of ${name} and ${near}`);

const isBracketed = (name: string): boolean => /^[[\]]/.test(name);

/** What a name begins with, to readers that know paths: `a` of `a`, `a[]`, `a.b`, and `[a]`; of `?a`, to those that drop the question mark. */
const stemOf = (name: string): string => name.split(/[^\p{L}\p{M}\p{N}_-]/u).find((part) => part !== '') ?? '';

/** The property of its stem that a name is, and never a place in a list: `b` of `a[b]` and `a.b`. */
const propertyOf = (name: string): string | undefined => {
  const [, inBrackets, afterDot] = /^[^[\].]+(?:\[([a-z_]\w*)\]|\.([a-z_]\w*))$/i.exec(name) ?? [];
  return inBrackets ?? afterDot;
};

const areTwoProperties = (name: string, other: string): boolean => {
  const [one, two] = [propertyOf(name), propertyOf(other)];
  return one !== undefined && two !== undefined && one !== two;
};
