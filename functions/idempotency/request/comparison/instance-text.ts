import { digest } from '../../base/hash.ts';

/** Loaded when an instance of a class is met: most values have none. */
const types = () => process.getBuiltinModule('node:util').types;

/** Whether an object is a `Date`, of this realm or another. */
export const isDate = (object: object): boolean => types().isDate(object);

/** A text for bytes, by content: equal for everything that holds nothing but bytes, else it begins with the type's name. */
export const bytesText = (object: object): string | undefined => {
  const view = ArrayBuffer.isView(object);
  if (!view && !types().isAnyArrayBuffer(object)) return undefined;
  const bytes = view
    ? new Uint8Array(object.buffer, object.byteOffset, object.byteLength)
    : new Uint8Array(object as ArrayBuffer);
  const type = view ? (object as Uint8Array)[Symbol.toStringTag] : 'DataView';
  return `${/^(Uint8Array|DataView)$/.test(type) ? 'bytes' : type}(${bytes.length},${digest(bytes)})`;
};

let tests: readonly ((object: object) => boolean)[] | undefined;

/** Of everything whose content Node knows to be in no property. */
const contentTests = () => {
  tests ??= Object.entries(types()).flatMap(([name, test]) =>
    name === 'isProxy' ? [] : [test as (object: object) => boolean],
  );
  return tests;
};

/** Whether what an instance holds is not in its properties, as far as Node can tell: a Map, an error, a promise. */
export const hidesState = (object: object): boolean =>
  typeof (object as { then?: unknown }).then === 'function' ||
  /^(URLSearchParams|FormData|Headers|Blob|File|Request|Response)$/.test(tagOf(object)) ||
  contentTests().some((test) => test(object));

/** What an instance is called in a message: `a Set`, `an Order`. */
export const nameOf = (object: object): string => {
  const tag = tagOf(object);
  const name = tag === 'Object' ? object.constructor?.name || 'instance' : tag;
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`;
};

const tagOf = (object: object): string => Object.prototype.toString.call(object).slice(8, -1);
