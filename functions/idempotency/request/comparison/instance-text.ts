import { digest } from '../../base/hash.ts';
import { isContainer } from '../../base/plain.ts';

/** Loaded when an instance of a class is met: most values have none. */
const util = () => process.getBuiltinModule('node:util');
const types = () => util().types;

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

type TypedArray = new (buffer: ArrayBufferLike, offset: number, length: number) => object;

/** Whether bytes have properties besides. Compared with the same bytes without any, because the list of theirs has each byte. */
export const hasMoreThanBytes = (object: object): boolean => {
  const tag = tagOf(object);
  if (!ArrayBuffer.isView(object) || tag === 'DataView') return Reflect.ownKeys(object).length > 0;
  const { buffer, byteOffset, byteLength } = object;
  const Bare = (globalThis as unknown as Record<string, TypedArray & { BYTES_PER_ELEMENT: number }>)[tag];
  const bare = Bare && new Bare(buffer, byteOffset, byteLength / Bare.BYTES_PER_ELEMENT);
  return !bare || !util().isDeepStrictEqual(object, Object.setPrototypeOf(bare, Object.getPrototypeOf(object)));
};

let tests: readonly ((object: object) => boolean)[] | undefined;

/**
 * Of everything whose content Node knows to be in no property; a proxy may be of any such. Keys of node:crypto are told by their classes: the
 * tests for them take longer than all others together.
 */
const contentTests = () => {
  tests ??= Object.entries(types()).flatMap(([name, test]) =>
    /Key/.test(name) ? [] : [test as (object: object) => boolean],
  );
  return tests;
};

/**
 * Whether what an instance holds is not in its properties, as far as one can tell: a Map, an error, a promise, whatever else is no
 * object like any other.
 */
export const hidesState = (object: object): boolean =>
  typeof (object as { then?: unknown }).then === 'function' ||
  tagOf(object) !== 'Object' ||
  isBuiltIn(Object.getPrototypeOf(object)) ||
  contentTests().some((test) => test(object));

/** Whether an object is of a class of JavaScript's or Node's itself, and of none that extends one. */
export const isOfBuiltIn = (object: object): boolean => {
  const prototype = Object.getPrototypeOf(object);
  const { constructor: made } = prototype ?? {};
  return made === URL || made === Buffer
    ? made.prototype === prototype
    : made?.prototype === prototype && isNative(made);
};

/** A form of a date or a URL that no text has, and that all of it is in; whatever somebody has made of their `toJSON`. */
export const toldWhole = (object: object): string | undefined => {
  if (Reflect.ownKeys(object).length > 0) return undefined;
  if (isDate(object)) return `Date(${Date.prototype.getTime.call(object)})`;
  return Object.getPrototypeOf(object) === URL.prototype ? `URL${JSON.stringify((object as URL).href)}` : undefined;
};

/** Whether a class, or one that it extends, has no source, such as `URLPattern`: all but `Object`, at the end. */
const isBuiltIn = (prototype: object | null): boolean => {
  const parent = prototype && Object.getPrototypeOf(prototype);
  if (!prototype || !parent) return false;
  return isNative(prototype.constructor) || isBuiltIn(parent);
};

const isNative = (made: object): boolean => /\[native code\]\s*\}$/.test(sourceOf(made));

/** Whether an object keeps something that no `toJSON` tells: in private fields, as far as its class's source can be read, or in another memory. */
export const hidesFields = (object: object): boolean =>
  !tellsJson(object) && (isClosed(Object.getPrototypeOf(object)) || isHandle(object));

/** Whether all that an object has is an address in the memory of WebAssembly: wasm-bindgen's have to be freed, Embind's deleted. */
const isHandle = (object: object): boolean =>
  !isContainer(object) &&
  ('free' in object || 'delete' in object) &&
  ['__wbg_ptr', 'ptr', '$$'].some((name) => Object.hasOwn(object, name)) &&
  !jsonTeller(object);

/**
 * The `toJSON` of an object, if it has one. Arrays and plain objects have none but their own: what somebody has added to all of them would
 * lose something of lists that nobody has made for it.
 */
export const jsonTeller = (object: object): ((key: string) => unknown) | undefined => {
  if (isContainer(object) && !Object.hasOwn(object, 'toJSON')) return undefined;
  const { toJSON } = object as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON as (key: string) => unknown) : undefined;
};

/** Whether an object has a `toJSON` of its own that can be called. */
const tellsJson = (object: object): boolean =>
  typeof Object.getOwnPropertyDescriptor(object, 'toJSON')?.value === 'function';

const closed = new WeakMap<object, boolean>();

const isClosed = (prototype: object | null): boolean => {
  if (!prototype || tellsJson(prototype)) return false;
  const known = closed.get(prototype) ?? (readsPrivateFields(prototype) || isClosed(Object.getPrototypeOf(prototype)));
  closed.set(prototype, known);
  return known;
};

/** Also where there is no source to tell: of an object that inherits from none of a class's, for instance, or of compiled code. */
const readsPrivateFields = (prototype: object): boolean => {
  if (Object.getPrototypeOf(prototype) === null && Reflect.ownKeys(prototype).length === 0) return false;
  const { constructor: made } = prototype;
  if (!Object.hasOwn(prototype, 'constructor') || made.prototype !== prototype || types().isProxy(made)) return true;
  // The methods tell it, too, where a decorator has put another constructor in the place of theirs.
  return !/^(?:class|function)\b/.test(sourceOf(made)) || functionsOf(prototype).some(readsPrivateField);
};

const functionsOf = (prototype: object) =>
  Reflect.ownKeys(prototype)
    .map((key) => Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor)
    .flatMap(({ value, get, set }) => [value, get, set])
    .filter((part) => typeof part === 'function');

const sourceOf = (code: object): string => Function.prototype.toString.call(code);

const readsPrivateField = (code: object): boolean =>
  /\.(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*#[\p{ID_Start}$_\\]/u.test(sourceOf(code));

/** What an instance is called in a message: `a Set`, `an Order`. */
export const nameOf = (object: object): string => {
  const tag = tagOf(object);
  const made = object.constructor;
  const ofClass = typeof made === 'function' ? made.name || 'instance' : tag;
  const name = tag === 'Object' ? ofClass : tag;
  if (name === 'Object') return 'an object that inherits from another';
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`;
};

const tagOf = (object: object): string => Object.prototype.toString.call(object).slice(8, -1);
