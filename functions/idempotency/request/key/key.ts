import type { Context } from 'aws-lambda';
import { type Incoming, toIncoming } from '../incoming.ts';

/**
 * Names the operation that a request asks for: any function of event and context. Several parts are an array.
 *
 * `undefined`, `null` and `''` mean that the request carries no key; so does an array in which any part is missing.
 */
// biome-ignore lint/suspicious/noExplicitAny: the event is whatever the function is triggered by, known to the user only
export type KeySource = (event: any, context: Context) => unknown;

interface LibrarySource {
  /** Where it looks, for the message to callers who sent nothing there. */
  description: string;
  read(incoming: Incoming): unknown;
}

const librarySources = new WeakMap<KeySource, LibrarySource>();

/** A source of this library's: reads a request that has been parsed already, where it gets one. */
export const keySource = (description: string, read: LibrarySource['read']): KeySource => {
  const source: KeySource = (event, context) => read(toIncoming(event, context));
  librarySources.set(source, { description, read });
  return source;
};

export const readKey = (source: KeySource, incoming: Incoming): unknown => {
  const ours = librarySources.get(source);
  return ours ? ours.read(incoming) : source(incoming.event, incoming.context);
};

export const descriptionOf = (source: KeySource): string =>
  librarySources.get(source)?.description ?? 'the key of the operation';

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
