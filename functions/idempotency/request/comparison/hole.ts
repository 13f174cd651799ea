import { isContainer } from '../../base/plain.ts';

/**
 * Whether a captured key, or any part of it, is absent: `undefined`, `null`, `''`, no bytes, an empty array, an empty plain object.
 * `0` and `false` are values; so is a Date, even an invalid one.
 *
 * Not recursive, because parts come from the caller and may be nested deeper than the stack.
 */
export const isMissing = (key: unknown): boolean => {
  const parts = new Set([key]);
  for (const part of parts) {
    if (isHole(part)) return true;
    const inside = partsOf(part);
    if (inside?.length === 0) return true;
    for (const value of inside ?? []) {
      if (isHole(value)) return true;
      if (typeof value === 'object') parts.add(value);
    }
  }
  return false;
};

/** Whether all of a captured value is absent, also what symbols name. */
export const isAbsent = (value: unknown): boolean => {
  const parts = partsOf(value);
  if (!parts) return isHole(value);
  const named = Object.getOwnPropertySymbols(value).map((symbol) => (value as Record<symbol, unknown>)[symbol]);
  return [...parts, ...named].every(isAbsent);
};

const isHole = (value: unknown): boolean => value === undefined || value === null || value === '';

const isBytes = (value: unknown): value is ArrayBufferView | ArrayBuffer =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer;

const partsOf = (value: unknown): readonly unknown[] | undefined => {
  if (isBytes(value)) return value.byteLength === 0 ? [] : undefined;
  if (Array.isArray(value)) return value;
  return isContainer(value) ? Object.values(value) : undefined;
};
