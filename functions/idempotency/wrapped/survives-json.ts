import { hidesState } from '../request/comparison/instance-text.ts';
import { isContainer } from '../request/comparison/plain.ts';

/**
 * Whether JSON gives a value back: as it was, or in the form that its own `toJSON` chose. A Map, a promise, bytes, NaN or a function
 * would come back as something else, or not at all, and so would what throws when it is read. Streams are left to whoever stores them:
 * those say why they can't.
 */
export const survivesJson = (root: unknown): boolean => {
  try {
    return comesBack(root);
  } catch {
    return false;
  }
};

const comesBack = (root: unknown): boolean => {
  if (root === undefined) return true;
  const parts = new Set([root]);
  for (const part of parts) {
    if (!survives(part)) return false;
    if (typeof part !== 'object' || part === null || hasToJson(part)) continue;
    const isList = Array.isArray(part);
    for (const inner of Object.values(part)) if (isList || inner !== undefined) parts.add(inner);
  }
  return true;
};

const hasToJson = (object: object): boolean => typeof (object as { toJSON?: unknown }).toJSON === 'function';

const survives = (part: unknown): boolean => {
  switch (typeof part) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(part);
    case 'object':
      return part === null || isContainer(part) || Symbol.asyncIterator in part || isOpen(part);
    default:
      return false;
  }
};

/** An instance whose content is in its properties, or that says itself how it is written. */
const isOpen = (instance: object): boolean =>
  !ArrayBuffer.isView(instance) && (hasToJson(instance) || (Object.keys(instance).length > 0 && !hidesState(instance)));
