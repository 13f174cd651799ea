/** Whether an object is no instance of a class, in this realm or another: what `{}`, JSON.parse and `Object.create(null)` make. */
export const isPlain = (object: object): boolean => {
  const prototype = Object.getPrototypeOf(object);
  return prototype === null || prototype === Object.prototype || isOfAnotherRealm(prototype);
};

/** What inherits from an object without a prototype, such as a parsed query string, has properties that are not its own. */
const isOfAnotherRealm = (prototype: object): boolean =>
  Object.getPrototypeOf(prototype) === null &&
  typeof Object.getOwnPropertyDescriptor(prototype, 'isPrototypeOf')?.value === 'function';

/** Whether a value is an array or a plain object, of no class of its own, so that all there is to it are its elements or properties. */
export const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  isPlain(Array.isArray(value) ? (Object.getPrototypeOf(value) ?? value) : value);

/** Whether `JSON.rawJSON` made it: JSON writes its text as it is, a number for instance that no double holds. */
export const isRawJson = (value: unknown): boolean =>
  (JSON as { isRawJSON?: (value: unknown) => boolean }).isRawJSON?.(value) ?? false;
