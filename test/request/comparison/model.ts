import { types } from 'node:util';

/** What the model has no place for. */
export class Refused extends Error {}

const builtIn = /^(Map|Set|WeakMap|RegExp|Error|Promise|Number|URLSearchParams)$/;

/**
 * What a handler could see of a value, as plain data to compare: an independent statement of what the
 * texts must tell apart.
 *
 * @throws {Refused}
 */
export const modelOf = (value: unknown, mode: 'name' | 'payload', key = ''): unknown => {
  const strict = mode === 'name';
  const require = (condition: boolean): void => {
    if (!condition) throw new Refused();
  };
  require(typeof value !== 'function' && typeof value !== 'symbol');
  if (typeof value === 'string') require(!strict || value.isWellFormed());
  if (typeof value === 'number') {
    require(!strict || (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))));
  }
  if (value === undefined) require(!strict);
  if (typeof value !== 'object' || value === null) return { [typeof value]: Object.is(value, -0) ? 0 : value };
  if (types.isAnyArrayBuffer(value)) return { bytes: Buffer.from(value).toString('hex') };
  if (ArrayBuffer.isView(value)) {
    const type = Object.prototype.toString
      .call(value)
      .slice(8, -1)
      .replace(/^(Uint8Array|DataView)$/, 'bytes');
    return { [type]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex') };
  }
  if (types.isDate(value) && Number.isNaN(value.getTime())) {
    require(!strict);
    return { date: 'invalid' };
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return modelOfProperties(value, mode);
  const json = toJSON.call(value, key);
  return typeof json === 'object' && json !== null && !ArrayBuffer.isView(json) && !types.isAnyArrayBuffer(json)
    ? modelOfProperties(json, mode)
    : modelOf(json, mode, key);
};

const modelOfProperties = (object: object, mode: 'name' | 'payload'): unknown => {
  const keys = Reflect.ownKeys(object).filter((key) => Object.prototype.propertyIsEnumerable.call(object, key));
  const contents = keys.map(
    (key) => [key, modelOf((object as Record<PropertyKey, unknown>)[key], mode, String(key))] as const,
  );
  if (Array.isArray(object)) {
    if (keys.length !== object.length || keys.some((key, index) => key !== String(index))) throw new Refused();
    return contents.map(([, model]) => model);
  }
  const prototype = Object.getPrototypeOf(object);
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  const tag = Object.prototype.toString.call(object).slice(8, -1);
  if (!plain && (mode === 'name' || builtIn.test(tag) || types.isDate(object) || keys.length === 0))
    throw new Refused();
  const isBadName = (key: PropertyKey): boolean => typeof key === 'symbol' || !String(key).isWellFormed();
  if (mode === 'name' && keys.some(isBadName)) throw new Refused();
  const present = contents.filter(
    ([, model]) => !(typeof model === 'object' && model !== null && 'undefined' in model),
  );
  const named = present.flatMap(([key, model]) => (typeof key === 'string' ? [[key, model]] : []));
  const bySymbol = present.flatMap(([key, model]) => (typeof key === 'symbol' ? [[Symbol.keyFor(key), model]] : []));
  if (keys.some((key) => typeof key === 'symbol' && Symbol.keyFor(key) === undefined)) throw new Refused();
  return {
    named: new Map(named as [string, unknown][]),
    bySymbol: bySymbol.map((entry) => JSON.stringify(entry, jsonOf)).sort(),
  };
};

const jsonOf = (_key: string, value: unknown): unknown => {
  if (value instanceof Map) return [...value].sort(([one], [other]) => (one < other ? -1 : 1));
  if (
    typeof value === 'bigint' ||
    typeof value === 'undefined' ||
    Object.is(value, Infinity) ||
    Object.is(value, -Infinity)
  ) {
    return `${typeof value} ${String(value)}`;
  }
  return Number.isNaN(value) ? 'number NaN' : value;
};
