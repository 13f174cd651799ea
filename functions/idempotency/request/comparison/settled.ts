import { isContainer } from '../../base/plain.ts';

type Settlements = ReadonlyMap<unknown, unknown>;

/**
 * The value with every promise in it awaited, at any depth of arrays and plain objects; the very same value, and at once, where
 * there is none. Objects that hold promises are copied, never changed.
 *
 * Rejects as soon as one of the promises does. What a throwing getter hides stays for the next reader to find.
 */
export const settled = (value: unknown): unknown => {
  const settlements = new Map<unknown, unknown>();
  const seen = new Set<unknown>();
  const round = (values: readonly unknown[]): unknown => {
    const pending = promisesIn(values, seen);
    if (pending.length === 0) return settlements.size > 0 ? replaced(value, settlements) : value;
    // All at once: a promise that nobody awaits yet would end the process when it rejects.
    return Promise.all(pending).then((results) => {
      pending.forEach((promise, index) => {
        settlements.set(promise, results[index]);
      });
      return round(results);
    });
  };
  return round([value]);
};

/** The promises in what has not been seen before, at any depth. */
const promisesIn = (values: readonly unknown[], seen: Set<unknown>): unknown[] => {
  const pending: unknown[] = [];
  const parts = [...values];
  for (const value of parts) {
    if (seen.has(value)) continue;
    seen.add(value);
    try {
      if (isThenable(value)) pending.push(value);
      else if (isContainer(value)) for (const inner of Object.values(value)) if (isObject(inner)) parts.push(inner);
    } catch {}
  }
  return pending;
};

/** Not recursive, because parts come from the caller and may be nested deeper than the stack. */
const replaced = (root: unknown, settlements: Settlements): unknown => {
  const copies = new Map<unknown, Record<string, unknown>>();
  const copyOf = (part: unknown): unknown => {
    const value = settlements.has(part) ? settlements.get(part) : part;
    if (!isContainer(value)) return value;
    const copy =
      copies.get(value) ?? Object.assign(Array.isArray(value) ? Array(value.length) : Object.create(null), value);
    copies.set(value, copy);
    return copy;
  };
  const whole = copyOf(root);
  for (const copy of copies.values()) for (const key of Object.keys(copy)) copy[key] = copyOf(copy[key]);
  return whole;
};

const isObject = (value: unknown): boolean => Object(value) === value;

const isThenable = (value: unknown): boolean =>
  isObject(value) && typeof (value as { then?: unknown }).then === 'function';
