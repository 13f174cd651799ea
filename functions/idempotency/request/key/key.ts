import type { Context } from 'aws-lambda';
import { type Incoming, toIncoming } from '../incoming.ts';

/** Where the user has not said what the function is triggered by. */
// biome-ignore lint/suspicious/noExplicitAny: its functions take any event then
export type AnyEvent = any;

/**
 * Returns the key of the operation that a request asks for: any function of event and context, asynchronous or not. Return several parts as
 * an array or an object.
 *
 * `undefined`, `null` and `''` mean that the request carries no key, also as a part at any depth. JSON values, dates, URLs, bytes and
 * bigints are compared exactly; values that can't be compared reliably (a Set, a Map, a function, NaN) are refused.
 */
export type KeySource<TEvent = AnyEvent> = (event: TEvent, context: Context) => unknown;

/** How a source was called: that of a wrapped function gets the function's own `this` and arguments. */
interface SourceCall {
  self: unknown;
  args: readonly unknown[];
}

interface LibrarySource {
  /** Where it looks, for the message to callers who sent nothing there. */
  description: string;
  read(incoming: Incoming, call?: SourceCall): unknown;
}

const librarySources = new WeakMap<KeySource, LibrarySource>();

/** A source of this library's: reads a request that has been parsed already, where it gets one. */
export const keySource = (description: string, read: LibrarySource['read']): KeySource => {
  const source = function (this: unknown, ...args: Parameters<KeySource>) {
    return read(toIncoming(...args), { self: this, args });
  };
  registerSource(source, description, read);
  return source;
};

/** Lets a function of an event and of options be a source, read in this way: no argument of a wrapped function is its options. */
export const registerSource = (source: KeySource, description: string, read: LibrarySource['read']): void => {
  librarySources.set(source, { description, read });
};

/** What a source finds in a request, or of the call of a wrapped function. */
export const readKey = (source: KeySource, incoming: Incoming, call?: SourceCall): unknown => {
  const ours = librarySources.get(source);
  if (ours) return ours.read(incoming, call);
  return call ? Reflect.apply(source, call.self, call.args) : source(incoming.event, incoming.context);
};

export const isLibrarySource = (source: KeySource): boolean => librarySources.has(source);

export const descriptionOf = (source: KeySource): string =>
  librarySources.get(source)?.description ?? 'what the service selects from the request';
