import { JMESPathError, JMESPathTypeError } from '@aws-lambda-powertools/jmespath';
import { PowertoolsFunctions } from '@aws-lambda-powertools/jmespath/functions';
import { IdempotencyError } from '../../base/error.ts';
import { checkOptions, type OptionRule } from '../../base/options.ts';
import { keyNotSelectable } from '../../base/refusals.ts';
import type { AnyEvent } from '../../request/key/key.ts';
import { calledFunctions } from './called-functions.ts';
import type { Functions } from './functions.ts';
import { type Found, strictSearch } from './strict-search.ts';

export interface JmesPathOptions {
  /**
   * Functions that expressions may call besides JMESPath's own: extend `PowertoolsFunctions` to keep those of Powertools, which then refuse
   * what isn't exact, as they do without this option.
   * @default new PowertoolsFunctions(), which has powertools_json, powertools_base64 and powertools_base64_gzip
   */
  customFunctions?: Functions;
}

const isFunctions: OptionRule = {
  is: (value) => typeof (value as Functions).introspectMethods === 'function',
  expected: 'an instance of a class that extends Functions of @aws-lambda-powertools/jmespath/functions',
};

/**
 * The key that a JMESPath expression selects from the event, as in Powertools for AWS Lambda: the raw event is searched, so the expression
 * must parse the body of an HTTP request: `powertools_json(body).[orderId, userId]`.
 *
 * A list or hash with a missing part (`null` or `''`) is a missing key. Note that projections (`items[].id`) silently drop missing parts.
 *
 * @throws {TypeError} at load, when the expression is not valid JMESPath, or calls an unknown function
 * @throws {IdempotencyError} per request, `ILLEGAL_ARGUMENT` when the event lacks what the expression's functions need, or a number
 * is selected, or given to a function, that JavaScript can't hold exactly
 * @see https://docs.aws.amazon.com/powertools/typescript/latest/features/jmespath/
 *
 * @example
 * ```ts
 * idempotencyKey({ key: fromJmesPath('powertools_json(body).[orderId, userId]') });
 * ```
 */
export const fromJmesPath = (expression: string, options: JmesPathOptions = {}): ((event: AnyEvent) => unknown) => {
  const search = searching(expression, options);
  return (event) => search(event).selected;
};

/** The same, which also tells where it was found. */
export const searching = (expression: string, options: JmesPathOptions = {}): ((event: AnyEvent) => Found) => {
  checkOptions('fromJmesPath', options, { customFunctions: isFunctions });
  const functions = options.customFunctions ?? new PowertoolsFunctions();
  checkExpression(expression, functions);

  return (event) => {
    try {
      return strictSearch(expression, event, functions);
    } catch (cause) {
      throw IdempotencyError.is(cause) ? cause : keyNotSelectable(cause);
    }
  };
};

const checkExpression = (expression: string, functions: Functions): void => {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new TypeError(`fromJmesPath: ${JSON.stringify(expression)} ${reason}`, { cause });
  };
  if (typeof expression !== 'string' || expression.trim() === '') refuse('must be a JMESPath expression.');
  const unknown = calledFunctions(expression).find(({ method }) => !(method in functions));
  if (unknown) {
    refuse(
      `calls the function \`${unknown.name}\`, which does not exist. Pass your own with the option \`customFunctions\`.`,
    );
  }
  try {
    strictSearch(expression, null, functions);
  } catch (error) {
    // There is no event yet, so functions may well dislike their arguments.
    if (!(error instanceof JMESPathError) || error instanceof JMESPathTypeError) return;
    refuse(`is not a JMESPath expression: ${error.message}`, error);
  }
};
