import type { Context } from 'aws-lambda';
import { textOf } from '../base/fields.ts';
import { isDurableContext, isLambdaContext } from '../request/durable.ts';

/** Whether an argument is the context of the invocation. Something else may have a time that remains, too. */
export const isContext = (value: unknown): value is Context =>
  (isLambdaContext(value) && [value.functionName, value.awsRequestId].some((name) => textOf(name) !== undefined)) ||
  isDurableContext(value);
