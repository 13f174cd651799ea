import { isContainer, isPlain } from './plain.ts';

/** Whether JSON gives a value back as it was. A property that is `undefined` counts as none. */
export const isJson = (value: unknown): boolean => everyPart(value, isJsonPart);

/** What throws when it is read passes no test. Not recursive, because a value may be nested deeper than the stack. */
export const everyPart = (root: unknown, passes: (part: unknown) => boolean): boolean => {
  if (root === undefined) return true;
  try {
    if (!passes(root)) return false;
    const containers = new Set([root]);
    for (const container of containers) {
      if (typeof container !== 'object' || container === null || hasToJson(container)) continue;
      const isList = Array.isArray(container);
      for (const part of Object.values(container)) {
        if (part === undefined && !isList) continue;
        if (!passes(part)) return false;
        if (typeof part === 'object') containers.add(part);
      }
    }
    return true;
  } catch {
    return false;
  }
};

/** Whether an object says itself how it is written. */
export const hasToJson = (object: object): boolean => typeof (object as { toJSON?: unknown }).toJSON === 'function';

const isJsonPart = (part: unknown): boolean => {
  switch (typeof part) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(part) && !Object.is(part, -0);
    case 'object':
      return part === null || (isContainer(part) && !hasToJson(part) && !hidesParts(part));
    default:
      return false;
  }
};

/** Whether there is more to an array or a plain object than JSON writes: gaps, names beside the elements, hidden ones, symbols, a class. */
const hidesParts = (container: object): boolean => {
  const names = Reflect.ownKeys(container).length;
  return Array.isArray(container)
    ? names !== container.length + 1 || container.includes(undefined) || !isPlain(Object.getPrototypeOf(container))
    : names !== Object.keys(container).length;
};
