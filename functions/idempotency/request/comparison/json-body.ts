import { parseJson } from '../../base/parse-json.ts';
import { inexactNumbers } from './json-numbers.ts';

/** What is in a body of JSON. */
export interface JsonBody {
  value: unknown;
  /** The numbers in it that stand for others, too, because a double can't hold what was sent. */
  inexact(): ReadonlySet<number>;
  /** Whether its names are certain. */
  isCertain: boolean;
}

/** Reads JSON; `undefined` for any other text. */
export const jsonBody = (text: string): JsonBody | undefined => {
  try {
    const parsed = parseJson(text);
    let inexact: ReadonlySet<number> | undefined;
    return {
      ...parsed,
      inexact: () => {
        inexact ??= inexactNumbers(text);
        return inexact;
      },
    };
  } catch {
    return undefined;
  }
};
