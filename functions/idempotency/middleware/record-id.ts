import type { Context } from 'aws-lambda';
import { checkOptions, isNamespace } from '../base/options.ts';
import { keyHeaderMissing } from '../base/refusals.ts';
import { toIncoming } from '../request/incoming.ts';
import type { KeySource } from '../request/key/key.ts';
import type { Operation } from '../request/operation.ts';
import type { MakeIdempotentOptions } from '../wrapped/make-idempotent-options.ts';
import { operationByCall, toCall } from '../wrapped/operation-by-call.ts';
import type { IdempotencyKeyOptions } from './idempotency-key-options.ts';
import { operationByKey } from './keyed-operation.ts';
import { operationByToken } from './single-use-token.ts';
import type { SingleUseTokenOptions } from './single-use-token-options.ts';

interface Invocation {
  /** Its `functionName` counts, without the option `namespace`, as the first part of the id; and its `tenantId`, if it has one. */
  context?: Partial<Context>;
}

/** What a handler is called with, and the options of its middleware. */
type RequestOf<Options> = Invocation & Options & { event: unknown; args?: never };

/** What a wrapped function is called with, and the options of `makeIdempotent`. */
// biome-ignore lint/suspicious/noExplicitAny: the arguments are those of any function
type CallOf = Invocation & MakeIdempotentOptions<any, any[], any> & { args: readonly unknown[]; event?: never };

/** The options that guard a handler and the event it gets, or those of a wrapped function and its arguments. */
export type RecordIdOptions =
  | RequestOf<IdempotencyKeyOptions & { token?: never }>
  | RequestOf<SingleUseTokenOptions & { token: KeySource }>
  | CallOf;

/**
 * The id of the record of a request or a call, computed from the options that guard it. Requests with the same id are the same operation;
 * if a deployment changes the id, every retry in flight becomes a new operation. A test can prevent that:
 *
 * `options` are those of `idempotencyKey`, of `uniqueIndex` with a `key`, of `singleUseToken` if they have the option `token`, or those of
 * `makeIdempotent` with `args` in place of `event`. Nothing is read or written. The payload is not part of the id: see the option
 * `fingerprint`.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when nothing names the operation
 * @throws {TypeError} when neither `namespace` nor `context` nor the environment names the function, or `namespace` or `name` is one that
 * the function would refuse
 *
 * @example
 * ```ts
 * const id = await recordId({ ...options, event, context: { functionName: 'pay' } });
 * expect(id).toBe('pay#eqELom1O3mlHo3vbgnsWhIfFkj5XcQRpZlKn7RLyqBc'); // as the version before has printed it
 * ```
 */
export const recordId = async (options: RecordIdOptions): Promise<string> => {
  const { namespace, name } = options as Partial<CallOf>;
  checkOptions('recordId', { namespace, name }, { namespace: isNamespace, name: isNamespace });
  const operation = await (options.args ? ofCall(options) : ofRequest(options));
  // What asks for no operation, by a safe method, has no record.
  if (!operation) throw keyHeaderMissing();
  return operation.id;
};

/** `optional` would let what has no key pass: here it is told. */
const required = { optional: false };

const ofCall = ({ args, context, ...options }: CallOf): Promise<Operation | undefined> => {
  const call = toCall(undefined, [...args], args.length);
  const incoming = context ? toIncoming(call.incoming.event, context as Context) : call.incoming;
  return operationByCall({ ...options, ...required })({ ...call, incoming });
};

const ofRequest = (request: Exclude<RecordIdOptions, CallOf>): Promise<Operation | undefined> => {
  const incoming = toIncoming(request.event, (request.context ?? {}) as Context);
  return request.token
    ? operationByToken({ ...request, retainResult: true })(incoming)
    : operationByKey({ ...request, ...required })(incoming);
};
