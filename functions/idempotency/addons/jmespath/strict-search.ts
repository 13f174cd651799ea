import { search } from '@aws-lambda-powertools/jmespath';
import { Functions as JmesPathFunctions } from '@aws-lambda-powertools/jmespath/functions';
import { inexactNumbers } from '../../request/comparison/json-numbers.ts';
import { exactPart, isUnsafeInteger } from '../../request/key/exact-number.ts';
import { exactFunctions } from './exact-functions.ts';
import type { Functions } from './functions.ts';

type Json = Parameters<typeof search>[1];

export interface Found {
  selected: unknown;
  /** What it may have been found in: the data, and what functions have read. */
  sources: readonly unknown[];
}

/**
 * Searches as the library does, but throws what a function throws: the library itself takes such a failure (a body that is not
 * JSON) for a value that isn't there. Numbers that stand for others, too, are neither given to a function, which could make a text of
 * them, nor selected.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when there is such a number
 */
export const strictSearch = (expression: string, data: unknown, functions: Functions): Found => {
  const sources: unknown[] = [data];
  const failures: unknown[] = [];
  const inexact = new Set<number>();
  const exact = exactFunctions(inexact);
  const checked = (value: unknown, path: string) =>
    exactPart(value, (part) => isUnsafeInteger(part) || inexact.has(part as number), path);

  const customFunctions = new Proxy(functions, {
    get: (target, name) => {
      const method = Reflect.get(target, name, target);
      if (typeof method !== 'function' || !String(name).startsWith('func')) return method;
      return (args: unknown[]): unknown => {
        try {
          checked(args, `What ${expression} takes`);
          // `sort` and `reverse` work in place, which here is the event.
          const copies = args.map((arg) => (Array.isArray(arg) ? [...arg] : arg));
          const result: unknown = Reflect.apply(exact.get(method) ?? method, target, [copies]);
          if (name === 'funcToNumber' && Number.isFinite(result)) {
            // The library takes a text without any digit for 0.
            if (!/\d/.test(String(args[0]))) return null;
            for (const number of inexactNumbers(String(args[0]))) inexact.add(number);
          }
          // What JMESPath's own functions give is a part of what they got, or made of it.
          if (method !== Reflect.get(JmesPathFunctions.prototype, name)) sources.push(result);
          return result;
        } catch (error) {
          failures.push(error);
          throw error;
        }
      };
    },
  });
  const selected = search(expression, data as Json, { customFunctions });
  if (failures.length > 0) throw failures[0];
  return { selected: checked(selected, `What ${expression} selects`), sources };
};
