import { bytesText, hidesState, isDate, nameOf } from './instance-text.ts';
import { isPlain } from './plain.ts';
import { type PropertyNames, propertyNames, quoted } from './property-names.ts';
import { UnnameableValue } from './unnameable-value.ts';

/** Deep enough for every honest value, and far from the end of the stack. */
const maxDepth = 500;

const isEnumerable = Object.prototype.propertyIsEnumerable;

/** What a text is for. `json` is a payload that JSON.parse returned: the same text, sooner. */
export type TextMode = 'name' | 'payload' | 'json';

const hasOnlyElements = (list: readonly unknown[]): boolean => {
  const keys = Object.keys(list);
  return keys.length === list.length && (keys.length === 0 || keys.at(-1) === `${keys.length - 1}`);
};

const isStringOrFinite = (value: unknown): boolean => typeof value === 'string' || Number.isFinite(value);

/**
 * The one text of a value: the canonical JSON of what is JSON. Everything else that can be told apart has a form that no JSON
 * has: bytes by their content, a bigint `1n`; in a payload also `undefined` elements, NaN and the like, an invalid Date, and
 * properties named by symbols.
 *
 * In a `name` (a key, a scope) everything counts exactly, or is refused. In a `payload` an `undefined` property is as good as
 * absent, and an instance of a class counts by its own properties. What has `toJSON` counts as what that returns.
 *
 * @throws {UnnameableValue} for what has no such text, a cycle, and what is nested deeper than 500 levels
 * @see RFC 8785, JSON Canonicalization Scheme
 */
export const canonicalText = (value: unknown, mode: TextMode): string => {
  const strict = mode === 'name';
  const path: PropertyKey[] = [];
  const ancestors: object[] = [];
  /** By depth, because the objects of one list mostly have the same properties: those are sorted and quoted once. */
  const lastNames: PropertyNames[] = [];
  let depth = 0;

  const refuse = (what: string, cause?: unknown): never => {
    throw new UnnameableValue(path.slice(0, depth), what, cause);
  };

  const write = (part: unknown): string => {
    switch (typeof part) {
      case 'string':
        return strict && !part.isWellFormed() ? refuse('is not well-formed Unicode') : quoted(part);
      case 'number':
        return strict && !Number.isFinite(part) ? refuse(`is ${part}`) : `${part}`;
      case 'boolean':
        return `${part}`;
      case 'bigint':
        return `${part}n`;
      case 'undefined':
        return strict ? refuse('is undefined') : 'undefined';
      case 'object':
        return part ? writeObject(part) : 'null';
      default:
        return refuse(`is a ${typeof part}`);
    }
  };

  const writeObject = (object: object): string => {
    if (depth > maxDepth) refuseDepth();
    if (mode === 'json') return writeContents(object, []);
    // Before `toJSON`, because that of a Buffer takes long and makes an object of it.
    if (ArrayBuffer.isView(object)) return bytesText(object) as string;
    const { toJSON } = object as { toJSON?: unknown };
    if (typeof toJSON !== 'function') return writeChecked(object);
    const json = toJSON.call(object, String(path[depth - 1] ?? ''));
    if (json === null && isDate(object)) return strict ? refuse('is an invalid Date') : 'Invalid Date';
    return typeof json === 'object' && json !== null ? writeChecked(json) : write(json);
  };

  const writeChecked = (object: object): string => {
    const isList = Array.isArray(object);
    const isInstance = !isList && !isPlain(object);
    const bytes = isInstance && bytesText(object);
    if (bytes) return bytes;
    if (isInstance && (strict || hidesState(object))) refuse(`is ${nameOf(object)}`);
    const symbols = Object.getOwnPropertySymbols(object).filter((key) => isEnumerable.call(object, key));
    if (strict && (symbols.length > 0 || !Object.keys(object).every((name) => name.isWellFormed()))) {
      refuse('has a property whose name is not text');
    }
    if (isList && (symbols.length > 0 || !hasOnlyElements(object))) {
      refuse('is an array with holes, or with properties besides its elements');
    }
    if (isInstance && symbols.length === 0 && Object.keys(object).length === 0) {
      refuse(`is ${nameOf(object)} without properties of its own`);
    }
    return writeContents(object, symbols);
  };

  const writeContents = (object: object, symbols: readonly symbol[]): string => {
    ancestors[depth] = object;
    return Array.isArray(object)
      ? writeList(object)
      : `{${writeNamed(object, Object.keys(object))}${symbols.length > 0 ? writeSymbols(object, symbols) : ''}}`;
  };

  const read = (object: object, key: PropertyKey, level: number): string => {
    path[level] = key;
    depth = level + 1;
    const text = write((object as Record<PropertyKey, unknown>)[key]);
    depth = level;
    return text;
  };

  const writeList = (list: readonly unknown[]): string => {
    if (mode === 'json' && list.every(isStringOrFinite)) return JSON.stringify(list);
    const level = depth;
    let text = '[';
    for (let index = 0; index < list.length; index++) {
      if (index > 0) text += ',';
      text += read(list, index, level);
    }
    return `${text}]`;
  };

  const writeNamed = (object: object, given: readonly string[]): string => {
    const level = depth;
    let names = lastNames[level];
    if (names?.given.length !== given.length || given.some((name, index) => name !== names?.given[index])) {
      names = lastNames[level] = propertyNames(given);
    }
    let text = '';
    for (let index = 0; index < given.length; index++) {
      const part = read(object, names.sorted[index] as string, level);
      if (part === 'undefined') continue;
      const name = names.written[index] as string;
      text += (text ? name : name.slice(1)) + part;
    }
    return text;
  };

  const writeSymbols = (object: object, symbols: readonly symbol[]): string =>
    symbols
      .map((symbol) => {
        const part = read(object, symbol, depth);
        return part === 'undefined' ? '' : `,@${JSON.stringify(symbol.description)}:${part}`;
      })
      .sort()
      .join('');

  const refuseDepth = (): never => {
    const cycle = ancestors.findIndex((ancestor, level) => ancestors.indexOf(ancestor) < level);
    depth = Math.max(cycle, 0);
    return refuse(cycle > 0 ? 'is a cycle' : `is nested deeper than ${maxDepth} levels`);
  };

  try {
    return write(value);
  } catch (error) {
    if (error instanceof UnnameableValue) throw error;
    return refuse('can’t be read', error);
  }
};
