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

/** Whether JSON gives a value back as it was. A property that is `undefined` counts as none. */
export const isJson = (value: unknown): boolean => {
  let partsLeft = maxParts;
  const isJsonWhole = (part: unknown, holder: object): boolean => {
    partsLeft -= 1;
    if (partsLeft < 0 || !isJsonPart(part, holder)) return false;
    return !isContainer(part) || partsOf(part).every((inner) => isJsonWhole(inner, part));
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
