import type { Context } from 'aws-lambda';
import { defaultRemainingMs } from '../base/deadline.ts';
import { digest } from '../base/hash.ts';

/** What this package needs of the context that `@aws/durable-execution-sdk-js` gives to the handlers of durable functions. */
export interface DurableContext {
  readonly lambdaContext: Context;
  /** The same for all invocations of one execution, and for no other execution. */
  readonly executionContext: { readonly durableExecutionArn: string };
}

/** The longest that a durable execution can last: 366 days. */
export const longestExecutionMs = 366 * 86_400_000;

/** A Lambda context has functions, so that no caller can send one. */
export const isLambdaContext = (value: unknown): value is Context =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Context>).getRemainingTimeInMillis === 'function';

export const isDurableContext = (value: unknown): value is DurableContext => {
  if (typeof value !== 'object' || value === null) return false;
  const { lambdaContext, executionContext } = value as Partial<DurableContext>;
  return isLambdaContext(lambdaContext) && typeof executionContext?.durableExecutionArn === 'string';
};

/** Of the invocation that runs now: function name, deadline. A durable context wraps it. */
export const lambdaContextOf = (context: Context | DurableContext): Context =>
  isDurableContext(context) ? context.lambdaContext : context;

/**
 * The tenant of an invocation, where the function has the tenant isolation mode.
 *
 * @throws {TypeError} when a middleware has made something else of it than text: all such tenants would be one
 * @see https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
 */
export const tenantOf = (context: Context | DurableContext): string | undefined => {
  const tenant = toldTenant(context) ?? '';
  if (typeof tenant === 'string') return tenant || undefined;
  throw new TypeError('`context.tenantId` is not text, as Lambda gives it.');
};

/** The same, in whatever form. */
export const toldTenant = (context: Context | DurableContext): unknown =>
  (lambdaContextOf(context) as { tenantId?: unknown }).tenantId;

/**
 * How long the invocation has left, in milliseconds; `undefined` where nothing tells: a wrapped function may be called without a context.
 *
 * @throws {TypeError} when a context tells it otherwise than as a number: such a lease would end at once, or never
 */
export const toldRemainingMs = (context: unknown): number | undefined => {
  const invocation = isDurableContext(context) ? context.lambdaContext : context;
  const remainingMs: unknown = isLambdaContext(invocation) ? invocation.getRemainingTimeInMillis() : undefined;
  if (remainingMs === undefined || remainingMs === Number.POSITIVE_INFINITY) return undefined;
  if (typeof remainingMs === 'number' && Number.isFinite(remainingMs)) return remainingMs;
  throw new TypeError("The context's getRemainingTimeInMillis() must return milliseconds, as a number.");
};

/** The same, with what is spent at most where nothing tells. */
export const remainingMsOf = (context: unknown): number => toldRemainingMs(context) ?? defaultRemainingMs;

/** The durable execution as an owner of records, so that its invocations recognise each other's claims. An ARN is too long for that. */
export const executionOwner = ({ executionContext }: DurableContext): string =>
  digest(executionContext.durableExecutionArn);
