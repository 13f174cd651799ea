import type { Context } from 'aws-lambda';

/**
 * Names the operation that a request asks for: any function of event and context. Several parts are an array.
 *
 * `undefined`, `null` and `''` mean that the request carries no key; so does an array in which any part is missing.
 */
// biome-ignore lint/suspicious/noExplicitAny: the event is whatever the function is triggered by, known to the user only
export type KeySource = (event: any, context: Context) => unknown;

/** Whether a key, or any of its parts, is absent. `0` and `false` are values. */
export const isMissing = (key: unknown): boolean =>
  key === undefined || key === null || key === '' || (Array.isArray(key) && (key.length === 0 || key.some(isMissing)));
