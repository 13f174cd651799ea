import type { Context } from 'aws-lambda';
import { isDurableContext, isLambdaContext } from './durable.ts';

/** Options, or none where there is a context: a function may be an option itself, as in `scope: combine(principalOf, routeOf)`. */
export const optionsUnlessContext = <Options extends object>(given: Options | Context): Partial<Options> =>
  isLambdaContext(given) || isDurableContext(given) ? {} : (given as Options);
