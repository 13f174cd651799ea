import type { Context } from 'aws-lambda';

/**
 * Names the operation that a request asks for: any function of event and context. Several parts are an array.
 *
 * `undefined`, `null` and `''` mean that the request carries no key; so does an array in which any part is missing.
 */
// biome-ignore lint/suspicious/noExplicitAny: the event is whatever the function is triggered by, known to the user only
export type KeySource = (event: any, context: Context) => unknown;

const descriptions = new WeakMap<KeySource, string>();

/** Says where a source looks, for the message to callers who sent nothing there. */
export const describedAs = (description: string, source: KeySource): KeySource => {
  descriptions.set(source, description);
  return source;
};

export const descriptionOf = (source: KeySource): string => descriptions.get(source) ?? 'the key of the operation';

/**
 * Whether a key, or any of its parts, is absent. `0` and `false` are values.
 *
 * Not recursive, because parts come from the caller and may be nested deeper than the stack.
 */
export const isMissing = (key: unknown): boolean => {
  const lists = new Set<readonly unknown[]>([[key]]);
  for (const list of lists) {
    for (const part of list) {
      if (part === undefined || part === null || part === '') return true;
      if (!Array.isArray(part)) continue;
      if (part.length === 0) return true;
      lists.add(part);
    }
  }
  return false;
};
