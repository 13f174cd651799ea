import { admissionMs, withTimeLimit } from '../../base/deadline.ts';
import { isContainer } from '../../base/plain.ts';
import { nestedTooDeeply, neverSettled } from '../../base/refusals.ts';
import { remainingMsOf } from '../durable.ts';
import { isFrameworkRequest } from '../http/framework-request.ts';
import { maxDepth } from './canonical-text.ts';
import { isDate, jsonTeller } from './instance-text.ts';

type Holder = Record<PropertyKey, unknown>;

interface Place {
  holder: Holder;
  key: PropertyKey;
  depth: number;
}

const ownJsons = new WeakSet<object>();

/** Says of what this library has parsed itself that it is JSON, and in nobody else's hands, so that no copy is needed. */
export const ownJson = (value: unknown): unknown => {
  if (isObject(value)) ownJsons.add(value);
  return value;
};

const isEnumerable = Object.prototype.propertyIsEnumerable;

/**
 * A copy of a value, for whose text nothing of it is read again: at any depth of arrays and plain objects promises are awaited, and
 * getters and `toJSON` called once. What throws when it is read is there, and throws whenever it is written.
 *
 * Rejects as soon as one of the promises does, and when they have not settled in time.
 *
 * @param name of the option that the value is from, for messages
 * @param context of the invocation, which tells how much time there is
 * @throws {Error} when a promise doesn't settle while there is time left for what follows
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when it is nested deeper than 500 levels: a getter may make new objects without end
 */
export const captured = async (value: unknown, name: string, context?: unknown): Promise<unknown> => {
  const copies = new Map<object, Holder>();
  const root: Holder = {};
  let pending: (Place & { promise: unknown })[] = [];
  let isTooDeep = false;

  const put = (part: unknown, { holder, key, depth }: Place): void => {
    holder[key] = part;
    if (!isObject(part) || ownJsons.has(part)) return;
    try {
      if (isThenable(part)) pending.push({ holder, key, depth, promise: part });
      else if (depth > maxDepth) isTooDeep = true;
      // What is left is asked for promises all the same: one that nobody awaits would end the process when it rejects.
      else if (!isTooDeep) capture(part, { holder, key, depth });
    } catch (error) {
      holder[key] = { toJSON: () => raise(error) };
    }
  };

  const capture = (part: object, place: Place): void => {
    const toJSON = jsonTeller(part);
    if (!toJSON || ArrayBuffer.isView(part) || isFrameworkRequest(part)) {
      copy(part, place);
      return;
    }
    const json: unknown = toJSON.call(part, String(place.key));
    // What its text doesn't tell is refused where it is compared.
    if (isDate(part) && (json === null || Reflect.ownKeys(part).length > 0)) return;
    if (isObject(json) && !isThenable(json)) copy(json, place);
    else put(json, place);
  };

  const copy = (part: object, { holder, key, depth }: Place): void => {
    const known = copies.get(part);
    holder[key] = known ?? part;
    if (known || !isContainer(part)) return;
    const made: Holder = Array.isArray(part) ? (Array(part.length) as never) : Object.create(null);
    copies.set(part, made);
    holder[key] = made;
    for (const name of Reflect.ownKeys(part)) {
      if (isEnumerable.call(part, name)) readInto(made, part, name, depth + 1);
    }
  };

  const readInto = (holder: Holder, from: object, key: PropertyKey, depth: number): void => {
    let part: unknown;
    try {
      part = (from as Holder)[key];
    } catch (error) {
      part = { toJSON: () => raise(error) };
    }
    put(part, { holder, key, depth });
  };

  put(value, { holder: root, key: '', depth: 0 });
  const settle = async (signal: AbortSignal): Promise<void> => {
    while (pending.length > 0 && !signal.aborted) {
      const places = pending;
      pending = [];
      // All at once, for the same reason.
      const results = await Promise.all(places.map(({ promise }) => promise));
      for (const [index, place] of places.entries()) put(results[index], place);
    }
  };
  if (pending.length > 0) {
    const limitMs = admissionMs(remainingMsOf(context));
    await withTimeLimit(limitMs, (signal) => Promise.race([settle(signal), givenUp(signal, name, limitMs)]));
  }
  if (isTooDeep) throw nestedTooDeeply(name);
  return root[''];
};

const givenUp = (signal: AbortSignal, name: string, limitMs: number): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.onabort = () => reject(neverSettled(name, limitMs));
  });

const raise = (error: unknown): never => {
  throw error;
};

const isObject = (value: unknown): value is object => Object(value) === value;

const isThenable = (value: object): boolean => typeof (value as { then?: unknown }).then === 'function';
