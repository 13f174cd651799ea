import { isContainer } from '../../base/plain.ts';
import { isFrameworkRequest } from '../http/framework-request.ts';
import { isUnsafeInteger } from '../key/exact-number.ts';
import {
  bytesText,
  hasMoreThanBytes,
  hidesFields,
  hidesState,
  isDate,
  isOfBuiltIn,
  jsonTeller,
  nameOf,
  toldWhole,
} from './instance-text.ts';
import { type PropertyNames, propertyNames, quoted } from './property-names.ts';
import { UnnameableValue } from './unnameable-value.ts';

/** Deep enough for every honest value, and far from the end of the stack. */
export const maxDepth = 500;

/** A few objects that refer to each other can make a text without end in sight; the largest request is a fifth of this. */
const maxLength = 2 ** 25;

const isEnumerable = Object.prototype.propertyIsEnumerable;

/** What a text is for. `json` is an event, or a part of one, that JSON.parse returned: the same text, sooner. */
export type TextMode = 'name' | 'payload' | 'event' | 'json';

/** Indexes come first among the names of an array's properties, so it is enough to look at the last one. */
const areIndexes = (names: readonly string[], length: number): boolean =>
  names.length === length && (length === 0 || names[length - 1] === `${length - 1}`);

const isStringOrFinite = (value: unknown): boolean => typeof value === 'string' || Number.isFinite(value);

/**
 * The one text of a value: the canonical JSON of what is JSON. Everything else that can be told apart has a form that no JSON
 * has: bytes by their content, a bigint `1n`; in a payload also `undefined` elements, NaN and the like, an invalid Date, and
 * properties named by symbols.
 *
 * In a `name` (a key, a scope) everything counts exactly, or is refused. In a `payload` an `undefined` property is as good as
 * absent, and an instance of a class counts by its own properties. What has `toJSON` counts as what that returns. An `event` comes from
 * AWS as JSON: of what a middleware has put into it, everything counts exactly, and an instance of somebody's class, which may hide anything,
 * is refused.
 *
 * @param place where the value is in what its owner knows, for the message
 * @throws {UnnameableValue} for what has no such text, a cycle, and what is nested deeper than 500 levels or has a text of more than
 * 2^25 characters
 * @see RFC 8785, JSON Canonicalization Scheme
 */
export const canonicalText = (value: unknown, mode: TextMode, place: readonly string[] = []): string => {
  const strict = mode === 'name';
  const path: PropertyKey[] = [];
  const ancestors: object[] = [];
  /** By depth, because the objects of one list mostly have the same properties: those are sorted and quoted once. */
  const lastNames: PropertyNames[] = [];
  let depth = 0;
  /** Grows from the left to the right only: ropes of ropes cost more in garbage collection than all the rest. */
  let text = '';
  /** Parts that leave nothing in the text count, too. */
  let parts = 0;
  /** One attachment may be in each of many messages. */
  const bytesSeen = new Map<object, string>();

  const refuse = (what: string, cause?: unknown): never => {
    throw new UnnameableValue([...place, ...path.slice(0, depth)], what, cause);
  };

  /** V8 keeps what was added as a tree, of which each node takes more room than a small value; to read a character makes one text of it. */
  let flatUpTo = 2 ** 16;

  const add = (more: string): true => {
    text += more;
    if (text.length > flatUpTo) {
      text.charCodeAt(0);
      flatUpTo = 1.25 * text.length + 2 ** 16;
      if (text.length > maxLength) refuseLength();
    }
    return true;
  };

  const refuseLength = (): never => {
    depth = 0;
    return refuse(`is longer than ${maxLength} characters as JSON`);
  };

  /** Whether there was anything: `undefined` is as good as no property. */
  const write = (part: unknown): boolean => {
    switch (typeof part) {
      case 'string':
        return strict && !part.isWellFormed() ? refuse('is not well-formed Unicode') : add(quoted(part));
      case 'number':
        if (strict && !Number.isFinite(part)) refuse(`is ${part}`);
        if (strict && isUnsafeInteger(part))
          refuse(`is ${part}, beyond what JavaScript holds exactly: have it sent as text`);
        return add(`${part}`);
      case 'boolean':
        return add(`${part}`);
      case 'bigint':
        return add(`${part}n`);
      case 'undefined':
        if (strict) refuse('is undefined');
        return add('undefined') && mode === 'event';
      case 'object':
        return part ? writeObject(part) : add('null');
      default:
        return refuse(`is a ${typeof part}`);
    }
  };

  const writeObject = (object: object): boolean => {
    if (depth >= maxDepth) refuseDepth();
    if (mode === 'json') return writeContents(object, []);
    if (mode === 'event') return writeOfEvent(object);
    if (hidesFields(object)) refuse(`is ${nameOf(object)}`);
    // Before `toJSON`, because that of a Buffer takes long and makes an object of it.
    if (ArrayBuffer.isView(object)) return writeChecked(object);
    const toJSON = jsonTeller(object);
    if (!toJSON) return writeChecked(object);
    // That of h3 tells method and URL alone.
    if (isFrameworkRequest(object)) refuse(`is ${nameOf(object)}`);
    if (isDate(object) && Reflect.ownKeys(object).length > 0) refuse('is a Date with properties of its own');
    const json = toJSON.call(object, String(path[depth - 1] ?? ''));
    if (json === null && isDate(object)) return strict ? refuse('is an invalid Date') : add('Invalid Date');
    if (typeof json !== 'object' || json === null) return write(json);
    // It may be one buffer that is filled anew for every answer.
    bytesSeen.delete(json);
    return writeChecked(json);
  };

  const writeOfEvent = (object: object): boolean => {
    if (isContainer(object)) return writeChecked(object);
    if (!isOfBuiltIn(object)) refuse(`is ${nameOf(object)}`);
    const told = toldWhole(object);
    return told === undefined ? writeChecked(object) : add(told);
  };

  const writeChecked = (object: object): boolean => {
    const isList = Array.isArray(object);
    const isInstance = !isContainer(object);
    const bytes = isInstance && (bytesSeen.get(object) ?? bytesText(object));
    if (bytes) {
      if (!bytesSeen.has(object) && hasMoreThanBytes(object)) refuse(`is ${nameOf(object)} with properties of its own`);
      bytesSeen.set(object, bytes);
      return add(bytes);
    }
    if (isInstance && (strict || hidesState(object))) refuse(`is ${nameOf(object)}`);
    const names = Object.keys(object);
    const symbols = Object.getOwnPropertySymbols(object).filter((key) => isEnumerable.call(object, key));
    if (isList && (symbols.length > 0 || !areIndexes(names, object.length))) {
      refuse('is an array with holes, or with properties besides its elements');
    }
    if (strict && symbols.length > 0) refuse('has a property whose name is a symbol');
    if (strict && !names.every((name) => name.isWellFormed()))
      refuse('has a property whose name is not well-formed Unicode');
    if (isInstance && names.length + symbols.length === 0) refuse(`is ${nameOf(object)} without properties of its own`);
    return writeContents(object, symbols);
  };

  const writeContents = (object: object, symbols: readonly symbol[]): boolean => {
    ancestors[depth] = object;
    if (Array.isArray(object)) return writeList(object);
    add('{');
    writeNamed(object);
    if (symbols.length > 0) writeSymbols(object, symbols);
    return add('}');
  };

  const read = (object: object, key: PropertyKey, level: number): boolean => {
    path[level] = key;
    depth = level + 1;
    parts += 1;
    if (parts > maxLength) refuseLength();
    const isThere = write((object as Record<PropertyKey, unknown>)[key]);
    depth = level;
    return isThere;
  };

  const writeList = (list: readonly unknown[]): true => {
    if (mode === 'json' && !('toJSON' in list) && list.every(isStringOrFinite)) return add(JSON.stringify(list));
    const level = depth;
    add('[');
    for (let index = 0; index < list.length; index++) {
      if (index > 0) add(',');
      read(list, index, level);
    }
    return add(']');
  };

  const writeNamed = (object: object): void => {
    const given = Object.keys(object);
    const level = depth;
    let names = lastNames[level];
    if (names?.given.length !== given.length || given.some((name, index) => name !== names?.given[index])) {
      names = lastNames[level] = propertyNames(given);
    }
    let separator = '';
    for (let index = 0; index < given.length; index++) {
      const before = text;
      text += separator + names.written[index];
      if (read(object, names.sorted[index] as string, level)) separator = ',';
      else text = before;
    }
  };

  const writeSymbols = (object: object, symbols: readonly symbol[]): void => {
    const before = text;
    const entries = symbols.map((symbol) => {
      const name = Symbol.keyFor(symbol);
      // Two modules may give one description to symbols of theirs, and a symbol is another one in every process.
      if (name === undefined) refuse('has a property whose name is a symbol that `Symbol.for` hasn’t made');
      text = `,@${JSON.stringify(name)}:`;
      return read(object, symbol, depth) ? text : '';
    });
    text = before + entries.sort().join('');
  };

  const refuseDepth = (): never => {
    const cycle = ancestors.findIndex((ancestor, level) => ancestors.indexOf(ancestor) < level);
    depth = Math.max(cycle, 1);
    return refuse(cycle > 0 ? 'is a cycle' : `is nested deeper than ${maxDepth} levels`);
  };

  try {
    write(value);
    if (text.length > maxLength) refuseLength();
    return text;
  } catch (error) {
    if (error instanceof UnnameableValue) throw error;
    return refuse('can’t be read', error);
  }
};
