import { isObject } from '../../base/fields.ts';
import { isMissing } from '../../request/comparison/hole.ts';
import type { Found } from './strict-search.ts';

/**
 * Whether what an expression selects is missing, or a list in it, or a hash that the expression has made, lacks a part, at any depth. What
 * it has found as a whole is no such hash: a document may have fields that are `null`.
 *
 * Not recursive, because values come from the caller and may be nested deeper than the stack.
 */
export const lacksPart = ({ selected, sources }: Found): boolean => {
  if (!isObject(selected)) return isMissing(selected);
  let found: Set<unknown> | undefined;
  const isMade = (value: unknown): boolean => {
    found ??= everythingIn(sources);
    return !found.has(value);
  };
  const containers = new Set<unknown>([selected]);
  for (const container of containers) {
    if (!Array.isArray(container) && !(isObject(container) && isMade(container))) continue;
    const parts = Object.values(container);
    if (parts.length === 0 || parts.some((part) => !isObject(part) && isMissing(part))) return true;
    for (const part of parts) containers.add(part);
  }
  return false;
};

const everythingIn = (sources: readonly unknown[]): Set<unknown> => {
  const all = new Set<unknown>(sources);
  for (const one of all) {
    if (isObject(one)) for (const inner of Object.values(one)) all.add(inner);
  }
  return all;
};
