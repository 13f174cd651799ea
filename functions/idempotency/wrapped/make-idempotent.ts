import type { Claim } from '../protocol/claim.ts';
import { createExecution } from '../protocol/execution.ts';
import { toIdempotencyInfo } from '../protocol/idempotency-info.ts';
import { type OpenDefaultStore, resolveExecution } from '../protocol/settings.ts';
import { createSettleRun } from '../protocol/settle-run.ts';
import { tellRefusals } from '../protocol/tell-refusals.ts';
import { jsonOf } from '../record/result.ts';
import type { Incoming } from '../request/incoming.ts';
import type { Operation } from '../request/operation.ts';
import { runAs } from './current-operation.ts';
import { checkWrapped, type MakeIdempotentOptions } from './make-idempotent-options.ts';
import { operationByCall, toCall } from './operation-by-call.ts';
import { visibleArguments } from './visible-arguments.ts';
import { createWarnOfLongLease } from './warn-of-long-lease.ts';

type AnyFunction = (this: never, ...args: never) => unknown;

/** The same function, which always returns a promise. */
export type Idempotent<Fn extends AnyFunction> = (
  this: ThisParameterType<Fn>,
  ...args: Parameters<Fn>
) => Promise<Awaited<ReturnType<Fn>>>;

export interface MakeIdempotent {
  /**
   * Makes any function run once per key: the handler of a batch's record, a step inside a handler, a scheduled job. A repeat gets the
   * first result, or `RESULT_UNAVAILABLE` if JSON would change it; one whose run failed runs again. For a Middy handler use `idempotencyKey`.
   *
   * A Lambda context (or durable context) among the arguments provides the deadline, and is never part of key or fingerprint. Without one,
   * a crashed run blocks its key for `leaseMs`, or for 15 minutes by default, of which a warning is logged once. Inside the function,
   * `currentOperation()` returns the operation.
   *
   * @throws {TypeError} at load, when `name` is missing, an option is unknown or wrong, or no table name is set
   * @throws {IdempotencyError} per call: `ILLEGAL_ARGUMENT`, `IN_PROGRESS`, `PAYLOAD_MISMATCH`, `OUTCOME_UNKNOWN`, `RESULT_UNAVAILABLE`,
   * `STORE_UNAVAILABLE`
   *
   * @example
   * ```ts
   * const renew = makeIdempotent(bill, { name: 'renew', key: ({ orderId }, month) => [orderId, month] });
   * ```
   */
  <Fn extends AnyFunction>(
    fn: Fn,
    options: MakeIdempotentOptions<ThisParameterType<Fn>, Parameters<Fn>, Awaited<ReturnType<Fn>>>,
  ): Idempotent<Fn>;
}

export const makeIdempotentOn =
  (openDefaultStore: OpenDefaultStore): MakeIdempotent =>
  <Fn extends AnyFunction>(
    fn: Fn,
    options: MakeIdempotentOptions<ThisParameterType<Fn>, Parameters<Fn>, Awaited<ReturnType<Fn>>>,
  ): Idempotent<Fn> => {
    type Result = Awaited<ReturnType<Fn>>;
    checkWrapped(fn, options);
    const { onStoreUnavailable = 'refuse', now = Date.now } = options;
    const settings = resolveExecution(options, openDefaultStore, {
      subject: 'Key',
      from: 'absent',
      onStoreUnavailable,
    });
    const describe = tellRefusals(operationByCall(options), settings.report);
    const execution = createExecution(settings);
    const settleRun = createSettleRun(execution, settings, options);
    const visible = visibleArguments(fn);
    const warnOfLongLease = createWarnOfLongLease(options, settings.store);

    const runAndRemember = async (claim: Claim, hasStatus: boolean, run: () => Promise<Result>): Promise<Result> => {
      let value: Result;
      try {
        value = await runAs(toIdempotencyInfo(claim, now), run);
      } catch (error) {
        await settleRun(claim, hasStatus, { thrown: true, error });
        throw error;
      }
      // Its caller gets the value itself: a repeat must get nothing else, or be told that there is nothing.
      const json = jsonOf(value);
      await settleRun(claim, hasStatus, { thrown: false, value }, typeof json === 'object' ? json : undefined);
      return value;
    };

    const runOnce = async (
      operation: Operation,
      { context, hasStatus }: Incoming,
      run: () => Promise<Result>,
    ): Promise<Result> => {
      const admission = await execution.begin(operation, context);
      if (admission.run) {
        const { claim } = admission;
        if (claim) return runAndRemember(claim, hasStatus, run);
        return runAs(toIdempotencyInfo({ operation, attempt: 1, previous: undefined }, now), run);
      }
      if (admission.outcome.thrown) throw admission.outcome.error;
      return admission.outcome.value as Result;
    };

    return async function (...args): Promise<Result> {
      const run = async (): Promise<Result> => (await Reflect.apply(fn, this, args)) as Result;
      const call = toCall(this, args, visible);
      const operation = await describe(call);
      if (!operation) return runAs(undefined, run);
      warnOfLongLease(operation);
      return runOnce(operation, call.incoming, run);
    };
  };
