import { createHash } from 'node:crypto';
import { isPlain } from '../../base/plain.ts';
import { hidesFields, hidesState, isDate, nameOf } from '../../request/comparison/instance-text.ts';

/**
 * The id that Powertools gives a record, byte for byte: also where its order of properties depends on how they came (`a` and `A`).
 *
 * @throws {TypeError} of what has no id of its own there: a Map, NaN, private fields, properties named by symbols or `__proto__`
 * @see BasePersistenceLayer and deepSort of @aws-lambda-powertools/idempotency 2.35.0
 */
export const powertoolsId = (prefix: string, payload: unknown, hashFunction: string): string =>
  `${prefix}#${powertoolsHash(payload, hashFunction)}`;

/** The hash of a key, or of the part of a payload that is compared. */
export const powertoolsHash = (payload: unknown, hashFunction: string): string =>
  createHash(hashFunction)
    .update(String(JSON.stringify(deepSort(payload))))
    .digest('base64');

const deepSort = (data: unknown): unknown => {
  if (Array.isArray(data)) {
    if (Reflect.ownKeys(data).length > data.length + 1)
      throw new TypeError('Powertools ignores what a list has besides its elements');
    return Array.from(data, (element) => {
      if (element === undefined) throw new TypeError('to Powertools undefined in a list is null');
      return deepSort(element);
    });
  }
  if (isNullInJson(data)) throw new TypeError(`to Powertools ${String(data)} is null, or nothing`);
  if (typeof data !== 'object' || data === null) return data;
  checkSeen(data);
  if (!isRecord(data)) return data;
  const fields = data as Record<string, unknown>;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(fields).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))) {
    sorted[key] = deepSort(fields[key]);
  }
  return sorted;
};

const isNullInJson = (data: unknown): boolean =>
  typeof data === 'function' ||
  typeof data === 'symbol' ||
  (typeof data === 'number' && !Number.isFinite(data)) ||
  (typeof data === 'object' && data !== null && isDate(data) && JSON.stringify(data) === 'null');

/** What Powertools sorts; of anything else, a Date or bytes for instance, it hashes what JSON makes of it. */
const isRecord = (object: object): boolean => Object.prototype.toString.call(object) === '[object Object]';

/** @throws {TypeError} of what Powertools hashes as `{}`, whatever it holds, or loses, all or in part */
const checkSeen = (object: object): void => {
  if (Object.hasOwn(object, '__proto__')) throw new TypeError('Powertools ignores a property named __proto__');
  if (Object.getOwnPropertySymbols(object).length > 0)
    throw new TypeError('Powertools ignores properties named by symbols');
  if (hidesFields(object)) throw new TypeError(`Powertools ignores the private fields of ${nameOf(object)}`);
  const isTold = !isRecord(object) && typeof (object as { toJSON?: unknown }).toJSON === 'function';
  const isSeen = Object.keys(object).length > 0 && (ArrayBuffer.isView(object) || !hidesState(object));
  if (isTold || isPlain(object) || isSeen) return;
  throw new TypeError(
    `to Powertools ${object.constructor?.name || 'an instance'} is {}, or no more than its own properties`,
  );
};
