import type { Fields } from '../../base/fields.ts';
import { isContainer } from '../comparison/plain.ts';

/** A copy that lacks what the paths lead to; the names of nested fields are joined by dots. */
export const without = (event: Fields, paths: readonly string[]): Fields => {
  const copy: Record<string, unknown> = { ...event };
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.');
    if (!Object.hasOwn(copy, name)) continue;
    const value = copy[name];
    if (rest.length === 0) delete copy[name];
    else if (isContainer(value) && !Array.isArray(value)) copy[name] = without(value, [rest.join('.')]);
  }
  return copy;
};
