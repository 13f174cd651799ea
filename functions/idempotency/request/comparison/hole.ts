import { isContainer } from '../../base/plain.ts';

/**
 * Whether a key, or any part of it, is absent: `undefined`, `null`, `''`, no bytes, an empty array, an empty plain object, and
 * what `toJSON` makes one of these of. `0` and `false` are values; so is a Date, even an invalid one.
 *
 * Not recursive, because parts come from the caller and may be nested deeper than the stack.
 */
export const isMissing = (key: unknown): boolean => {
  const parts = new Set([key]);
  for (const part of parts) {
    if (isHole(part)) return true;
    try {
      const inside = partsOf(part);
      if (inside?.length === 0) return true;
      for (const value of inside ?? []) {
        if (isHole(value)) return true;
        if (typeof value === 'object') parts.add(value);
      }
    } catch {
      // What can't be read is there; it is refused when its text is made.
    }
  }
  return false;
};

const isHole = (value: unknown): boolean => value === undefined || value === null || value === '';

const isBytes = (value: object): value is ArrayBufferView | ArrayBuffer =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer;

const partsOf = (value: unknown): readonly unknown[] | undefined => {
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  if (isBytes(value)) return value.byteLength === 0 ? [] : undefined;
  const { toJSON } = value as { toJSON?: unknown };
  const written: unknown = typeof toJSON === 'function' ? toJSON.call(value, '') : value;
  if (isHole(written)) return [];
  if (Array.isArray(written)) return written;
  return isContainer(written) ? Object.values(written) : undefined;
};
