import { search } from '@aws-lambda-powertools/jmespath';
import type { Functions } from './functions.ts';

type Json = Parameters<typeof search>[1];

/**
 * Searches as the library does, but throws what a function throws: the library itself takes such a failure (a body that is not
 * JSON) for a value that isn't there.
 */
export const strictSearch = (expression: string, data: unknown, functions: Functions): unknown => {
  const failures: unknown[] = [];
  const customFunctions = new Proxy(functions, {
    get: (target, name) => {
      const method = Reflect.get(target, name, target);
      if (typeof method !== 'function' || !String(name).startsWith('func')) return method;
      return (...args: unknown[]): unknown => {
        try {
          return Reflect.apply(method, target, args);
        } catch (error) {
          failures.push(error);
          throw error;
        }
      };
    },
  });
  const selected = search(expression, data as Json, { customFunctions });
  if (failures.length > 0) throw failures[0];
  return selected;
};
