import type { Context } from 'aws-lambda';
import { findNear } from '../base/near-objects.ts';
import { argumentsNameNothing, notComparable, requestWithoutScope } from '../base/refusals.ts';
import { callerAndRoute } from '../request/caller-and-route.ts';
import { canonicalText } from '../request/comparison/canonical-text.ts';
import { captured } from '../request/comparison/captured.ts';
import { isAbsent, isMissing } from '../request/comparison/hole.ts';
import { UnnameableValue } from '../request/comparison/unnameable-value.ts';
import { toldTenant } from '../request/durable.ts';
import { fingerprintOfValue, textOfArgument, textOfIncoming, textOfWholeRequest } from '../request/fingerprint.ts';
import { isDelivered } from '../request/http/delivered.ts';
import { type Incoming, toIncoming } from '../request/incoming.ts';
import { defaultKey, withoutDefaultKey } from '../request/key/default-key.ts';
import { exactIdOf } from '../request/key/exact-id.ts';
import { type KeySource, readKey } from '../request/key/key.ts';
import { createUnguarded } from '../request/key/unguarded.ts';
import { describeOperation, type Operation } from '../request/operation.ts';
import { hasEventFields, type IsGenuine } from '../request/sources/genuine.ts';
import { isContext } from './is-context.ts';
import type { FromCall, MakeIdempotentOptions } from './make-idempotent-options.ts';
import { isRequest, mayHaveCallers } from './requests-among-arguments.ts';

/** One call of a wrapped function. */
export interface Call<This, Args extends unknown[]> {
  self: This;
  args: Args;
  /** How many of the arguments the function can see. */
  visible: number;
  /** What a function of an event gets, or any other function: its first argument besides the context, and that. */
  incoming: Incoming;
}

/** For a function that was not given one: nothing is known of the invocation. */
const noContext: Partial<Context> = Object.freeze({});

export const toCall = <This, Args extends unknown[]>(self: This, args: Args, visible: number): Call<This, Args> => {
  const event = args.find((arg) => !isContext(arg));
  const context = args.find(isContext) ?? contextOfTenant(args) ?? (noContext as Context);
  return { self, args, visible, incoming: toIncoming(event, context) };
};

/** A context of a tenant within an argument, as frameworks hand it on: without it, all tenants would be one. */
const contextOfTenant = (args: readonly unknown[]): Context | undefined => {
  const tellsTenant = (object: object) => isContext(object) && toldTenant(object) != null;
  // One by one, so that a long list hides nothing of another argument.
  return args.map((arg) => findNear(arg, tellsTenant)).find(Boolean) as Context | undefined;
};

/**
 * The arguments that say what is to be done: a Lambda context is as good as none in its place, and what the function can't see is left out:
 * whatever `map` and its like add to the first one is another index when a message comes again.
 */
const meaningful = (args: readonly unknown[], visible: number): unknown[] => {
  const own = args.slice(0, visible).map((arg) => (isContext(arg) ? undefined : arg));
  return own.slice(0, own.findLastIndex((arg) => arg !== undefined) + 1);
};

const isEventAlone: IsGenuine = (record, source) => hasEventFields(record, source, true);

/**
 * An argument by all that it holds, but for what another delivery of it changes. Only the one that the function is called for is
 * read as a request, and with a key of its own as a whole: else a caller could choose by the form of an argument how much of it is
 * compared.
 */
const comparedBy = (arg: unknown, incoming: Incoming, named: boolean): string => {
  const { event, http } = incoming;
  if (arg === event) {
    if (!named) return textOfIncoming(incoming);
    if (http && isDelivered(arg)) return textOfWholeRequest(arg, http);
  }
  if (isRequest(arg) && (http || arg !== event)) return canonicalText(arg, 'payload');
  // Without a key, the first one's id names the call, and nothing but the payload tells those of the others.
  return textOfArgument(arg, named ? isEventAlone : () => false);
};

const fingerprintOfArguments = (
  { args, visible, incoming }: Omit<Call<unknown, unknown[]>, 'self'>,
  named: boolean,
): string =>
  fingerprintOfValue(
    'arguments',
    meaningful(args, visible).map((arg, index) => {
      try {
        return comparedBy(arg, incoming, named);
      } catch (error) {
        if (!(error instanceof UnnameableValue)) throw error;
        throw notComparable(`argument ${index + 1}${error.path} ${error.what}`, error);
      }
    }),
  );

/** Names a call's operation; a request that asks for none is left unnamed, with `optional` every call without a key. */
export const operationByCall = <This, Args extends unknown[], Result>(
  options: MakeIdempotentOptions<This, Args, Result>,
) => {
  const { name, key, scope, fingerprint, optional, namespace, leaseMs, now = Date.now } = options;
  const settings = { name, namespace, leaseMs, now };
  const unguarded = createUnguarded(defaultKey);

  return async (call: Call<This, Args>): Promise<Operation | undefined> => {
    const { self, args, incoming } = call;
    if (!key && unguarded.beforeKey(incoming)) return undefined;
    const read = (source: FromCall<This, Args>): unknown =>
      readKey(source as unknown as KeySource, incoming, { self, args });
    const value = await captured(key ? read(key) : readKey(defaultKey, incoming), 'key', incoming.context);
    // An exact id, of records that another library writes too, has no scope.
    if (key && !scope && exactIdOf(value) === undefined && mayHaveCallers(args, incoming.event))
      throw requestWithoutScope(name);
    if (isMissing(value)) {
      if (optional || (!key && unguarded.withoutKey(incoming))) return undefined;
      throw key
        ? argumentsNameNothing(`The option \`key\` of ${name} returned nothing, or part of the key is missing.`)
        : withoutDefaultKey(incoming);
    }
    const reading = {
      identity: { key: value as NonNullable<unknown> },
      // With a key, what is left here is no request, whatever its fields say of a caller.
      scope: () => (scope ? read(scope) : callerAndRoute(key ? undefined : incoming.event)),
      fingerprint: async () => {
        const named = fingerprint && (await captured(read(fingerprint), 'fingerprint', incoming.context));
        return isAbsent(named)
          ? fingerprintOfArguments(call, key !== undefined)
          : fingerprintOfValue('fingerprint', named);
      },
      context: incoming.context,
    };
    return describeOperation(reading, settings);
  };
};
