import type { Context } from 'aws-lambda';
import { IdempotencyError } from '../base/error.ts';
import { callerAndRoute } from '../middleware/keyed-operation.ts';
import { isDurableContext, isLambdaContext } from '../request/durable.ts';
import { fingerprintOfEvent } from '../request/event-payload.ts';
import { keyOfEvent, withoutDefaultKey } from '../request/key/default-key.ts';
import { isMissing } from '../request/key/key.ts';
import { describeOperation, type Operation } from '../request/operation.ts';
import type { MakeIdempotentOptions } from './options.ts';

/** One call of a wrapped function. */
export interface Call<This, Args extends unknown[]> {
  self: This;
  args: Args;
}

const isContext = (value: unknown): value is Context => isLambdaContext(value) || isDurableContext(value);

/** What a function of an event gets first, or any other function: its first argument besides the Lambda context. */
export const eventOf = (args: readonly unknown[]): unknown => args.find((arg) => !isContext(arg));

/** The Lambda context among the arguments, or the context of a durable function. */
export const contextOf = (args: readonly unknown[]): Context | undefined => args.find(isContext);

/** For a function that was not given one: nothing is known of the invocation. */
const noContext: Partial<Context> = Object.freeze({});

const malformed = (message: string): IdempotencyError =>
  new IdempotencyError('ILLEGAL_ARGUMENT', message, { title: 'The arguments name no operation' });

/** Whether index and array follow the argument because `Array.map` and the like made the call. */
const isCalledByArray = ([item, index, list]: readonly unknown[]): boolean =>
  typeof index === 'number' && Array.isArray(list) && list[index] === item;

/** The arguments that say what is to be done: without the Lambda context, and without what is only there by the way of calling. */
const meaningful = (args: readonly unknown[]): unknown[] => {
  const own = (isCalledByArray(args) ? args.slice(0, 1) : args).filter((arg) => !isContext(arg));
  return own.slice(0, own.findLastIndex((arg) => arg !== undefined) + 1);
};

const fingerprintOfArguments = (name: string, args: readonly unknown[]): string[] => {
  try {
    return meaningful(args).map(fingerprintOfEvent);
  } catch (cause) {
    throw malformed(
      `The arguments of ${name} can't be written as JSON (${(cause as Error).message}). ` +
        'Pass the option `fingerprint`, or arguments without NaN, Infinity, bigints and cycles.',
    );
  }
};

/** Names a call's operation; a call without a key is refused, or with `optional` left unnamed. */
export const operationByCall = <This, Args extends unknown[], Result>(
  options: MakeIdempotentOptions<This, Args, Result>,
) => {
  const { name, key, scope, fingerprint, optional, namespace, leaseMs, now = Date.now } = options;
  const settings = {
    name,
    namespace,
    leaseMs,
    now,
    scope: ({ self, args }: Call<This, Args>, context: Context) =>
      scope ? scope.apply(self, args) : callerAndRoute(eventOf(args), context),
    fingerprint: ({ self, args }: Call<This, Args>) =>
      fingerprint ? fingerprint.apply(self, args) : fingerprintOfArguments(name, args),
  };

  return async (call: Call<This, Args>): Promise<Operation | undefined> => {
    const { self, args } = call;
    const context = contextOf(args) ?? (noContext as Context);
    const value = await (key ? key.apply(self, args) : keyOfEvent(eventOf(args), context));
    if (!isMissing(value)) return describeOperation({ key: value as NonNullable<unknown> }, call, context, settings);
    if (optional) return undefined;
    throw key
      ? malformed(`The option \`key\` of ${name} yields nothing, or a part of it is missing.`)
      : withoutDefaultKey(eventOf(args));
  };
};
