import type { Fields } from '../../base/fields.ts';
import { isContainer } from '../../base/plain.ts';

/**
 * A copy that lacks what the paths lead to; the names of nested fields are joined by dots, and lead into each element of a list. A
 * field that has nothing else in it, or `null`, is gone too: another delivery may have had no such field at all.
 */
export const without = (event: Fields, paths: readonly string[]): Fields => {
  const copy: Record<string, unknown> = { ...event };
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.');
    if (!Object.hasOwn(copy, name)) continue;
    const value = copy[name];
    if (rest.length === 0) delete copy[name];
    else {
      const left = Array.isArray(value) ? value.map((each) => inside(each, rest)) : inside(value, rest);
      if (isEmpty(left)) delete copy[name];
      else copy[name] = left;
    }
  }
  return copy;
};

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (isContainer(value) && !Array.isArray(value) && Object.keys(value).length === 0);

const inside = (value: unknown, rest: readonly string[]): unknown =>
  isContainer(value) && !Array.isArray(value) ? without(value, [rest.join('.')]) : value;
