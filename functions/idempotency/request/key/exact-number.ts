import { isObject } from '../../base/fields.ts';
import { numberNotExact } from '../../base/refusals.ts';

/** Beyond 2^53, several integers of a JSON text are read as one; beyond a double's range, all numbers. */
export const isUnsafeInteger = (value: unknown): boolean =>
  typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;

/**
 * Part of a key, unless a number in it stands for others, too.
 *
 * Not recursive, because values come from the caller and may be nested deeper than the stack.
 *
 * @param path what the part is called in the message
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when there is such a number
 */
export const exactPart = (value: unknown, isInexact: (part: unknown) => boolean, path: string): unknown => {
  const parts = new Set([value]);
  for (const part of parts) {
    if (isInexact(part)) throw numberNotExact(path);
    if (isObject(part)) for (const inner of Object.values(part)) parts.add(inner);
  }
  return value;
};
