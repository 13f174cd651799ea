import type { Fields } from '../../base/fields.ts';
import { isContainer } from '../../base/plain.ts';

/** A copy that lacks what the paths lead to; the names of nested fields are joined by dots, and lead into each element of a list. */
export const without = (event: Fields, paths: readonly string[]): Fields => {
  const copy: Record<string, unknown> = { ...event };
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.');
    if (!Object.hasOwn(copy, name)) continue;
    const value = copy[name];
    if (rest.length === 0) delete copy[name];
    else copy[name] = Array.isArray(value) ? value.map((each) => inside(each, rest)) : inside(value, rest);
  }
  return copy;
};

const inside = (value: unknown, rest: readonly string[]): unknown =>
  isContainer(value) && !Array.isArray(value) ? without(value, [rest.join('.')]) : value;
