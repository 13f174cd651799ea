import { isContainer, isRawJson } from './plain.ts';

/** More than any answer has. A few objects that refer to each other can have parts without end in sight. */
const maxParts = 2 ** 23;

/** The JSON of a value. @throws {unknown} when one of its parts doesn't pass, or can't be written, or it has too many */
export const jsonIf = (passes: (part: unknown, holder: object) => boolean, value: unknown): string | undefined => {
  let partsLeft = maxParts;
  return JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, name, written) {
    partsLeft -= 1;
    if (partsLeft < 0 || !passes(this[name], this)) throw name;
    return written;
  });
};

/** How much more a value may have: parts, and characters, of which what is no text counts as eight. */
export interface JsonBudget {
  parts: number;
  characters: number;
}

/** JSON of so many characters can be written, even if each is an escape, and read again. */
export const jsonBudget = (): JsonBudget => ({ parts: maxParts, characters: 2 ** 26 });

export const isSpent = ({ parts, characters }: JsonBudget): boolean => parts < 0 || characters < 0;

/**
 * Whether JSON gives a value back as it was, and it is not too large. A property that is `undefined` counts as none.
 *
 * @param left is spent, so that it can be for several values together
 */
export const isJson = (value: unknown, left: JsonBudget = jsonBudget()): boolean => {
  const isJsonWhole = (part: unknown, holder: object): boolean => {
    left.parts -= 1;
    left.characters -= typeof part === 'string' ? part.length : 8;
    if (isSpent(left) || !isJsonPart(part, holder)) return false;
    if (!isContainer(part)) return true;
    if (!Array.isArray(part)) for (const name of Object.keys(part)) left.characters -= name.length;
    return partsOf(part).every((inner) => isJsonWhole(inner, part));
  };
  try {
    return isJsonWhole(value, {});
  } catch {
    return false; // It can't be read, is a cycle, or is nested deeper than the stack.
  }
};

/** A gap in a list is one of its parts. */
const partsOf = (container: object): unknown[] =>
  Array.isArray(container) ? [...container] : Object.values(container);

const isJsonPart = (part: unknown, holder: object): boolean => {
  if (part === undefined) return !Array.isArray(holder);
  if (typeof part === 'number') return Number.isFinite(part) && !Object.is(part, -0);
  if (typeof part !== 'object') return typeof part === 'string' || typeof part === 'boolean';
  return part === null || (isContainer(part) && !hasToJson(part) && !hidesParts(part) && !isRawJson(part));
};

/** Whether an object says itself how it is written. */
export const hasToJson = (object: object): boolean => typeof (object as { toJSON?: unknown }).toJSON === 'function';

/** Whether there is more to an array or a plain object than JSON writes: names beside the elements, hidden ones, symbols, a class. */
const hidesParts = (container: object): boolean => {
  const names = Reflect.ownKeys(container).length;
  return Array.isArray(container) ? names !== container.length + 1 : names !== Object.keys(container).length;
};
