import { withTimeLimit } from '../base/deadline.ts';
import { IdempotencyError, type IdempotencyErrorCode } from '../base/error.ts';
import type { Outcome } from '../record/result.ts';
import type { RunEnd } from '../record/store.ts';
import { refusalOf } from '../request/http/refusal.ts';
import { statusOf } from '../request/http/response.ts';
import type { EventSubject, Report } from './event.ts';
import { asksAgain, reportsFailures } from './reported-failures.ts';

/** What becomes of a run: it is the last, and remembered; it counts for nothing; or it ends such that another may follow. */
export type Verdict = 'keep' | 'undo' | RunEnd;

/** A user's word: `true` to remember, `false` to let it run again, `'unknown'` if it can't be told what came of it. */
export type Decision = boolean | 'unknown';

/** Where the user has not said what the handler returns. */
// biome-ignore lint/suspicious/noExplicitAny: its functions take any response then
export type AnyResult = any;

export type StoreResponse<TResult = AnyResult> = (response: TResult) => Decision | Promise<Decision>;

export interface Decisions {
  storeResponse?: StoreResponse | undefined;
  keepErrors?: ((error: unknown) => Decision | Promise<Decision>) | undefined;
}

/** Statuses of a request that was not acted upon, so that it may be corrected, or sent again as it is. */
const notActedUpon: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 406, 408, 411, 412, 413, 414, 415, 416, 417, 421, 422, 425, 426, 428, 429, 431,
]);

/** Whether an answer of this status is remembered by default: repeats get it then. */
export const isRememberedStatus = (status: number): boolean => status < 500 && !notActedUpon.has(status);

/** What a response says by itself: by its status where there is one to read, else by what the service behind the event reads in it. */
const verdictOfResponse = (response: unknown, hasStatus: boolean): Verdict => {
  if (!hasStatus) return reportsFailures(response) ? 'failed' : asksAgain(response) ? 'refused' : 'keep';
  const status = statusOf(response) ?? 200;
  if (status >= 500) return 'failed';
  return notActedUpon.has(status) ? 'refused' : 'keep';
};

/**
 * An error says by itself only that it is one, unless it was made to be an answer to the caller, as those of `http-errors` and of
 * Middy's parsers and validators are: `expose` tells these from what a call downstream has thrown.
 */
const verdictOfError = (error: unknown, hasStatus: boolean): Verdict => {
  const { expose, statusCode } = Object(error);
  return hasStatus && expose === true && notActedUpon.has(Number(statusCode)) ? 'refused' : 'failed';
};

const byDefault = (outcome: Outcome, hasStatus: boolean): Verdict =>
  outcome.thrown ? verdictOfError(outcome.error, hasStatus) : verdictOfResponse(outcome.value, hasStatus);

/** What came of an inner transaction, when its handler had run: an answer like any other, judged by its status. */
const outcomes: ReadonlySet<IdempotencyErrorCode | undefined> = new Set([
  'DUPLICATE',
  'CONDITION_FAILED',
  'STORE_UNAVAILABLE',
] as const);

/** That an inner operation of this library was refused says nothing of this one's end; unless it may have had its effect. */
const verdictOfRefusal = (outcome: Outcome): Verdict | undefined => {
  const code = outcome.thrown ? codeOf(outcome.error) : refusalOf(outcome.value);
  if (!code || (!outcome.thrown && outcomes.has(code))) return undefined;
  return code === 'OUTCOME_UNKNOWN' ? 'unknown' : 'undo';
};

const codeOf = (error: unknown): IdempotencyErrorCode | undefined =>
  IdempotencyError.is(error) ? error.code : undefined;

/** Of what a handler returns or throws, everything may throw when it is read. */
const readOr = <Result>(otherwise: Result, read: () => Result): Result => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

/**
 * Decides about a run that has ended. An inner refusal is nothing to remember, whatever a callback says. A callback that throws, or
 * doesn't answer in `limitMs`, has no say: the operation is done or not, whatever a callback does, so the default decides, and an event
 * tells.
 */
export const createVerdict = ({ storeResponse, keepErrors }: Decisions, report: Report) => {
  const asked = (outcome: Outcome): Decision | Promise<Decision> | undefined =>
    outcome.thrown ? keepErrors?.(outcome.error) : storeResponse?.(outcome.value);

  return async (outcome: Outcome, hasStatus: boolean, limitMs: number, subject: EventSubject): Promise<Verdict> => {
    const refusal = readOr(undefined, () => verdictOfRefusal(outcome));
    if (refusal) return refusal;
    const verdict = readOr<Verdict>(outcome.thrown ? 'failed' : 'keep', () => byDefault(outcome, hasStatus));
    try {
      const decision = await withTimeLimit(limitMs, async () => asked(outcome));
      if (decision === undefined) return verdict;
      if (decision === 'unknown') return decision;
      if (typeof decision !== 'boolean')
        throw new TypeError(`The callback returned ${typeof decision}: return true, false or 'unknown'.`);
      if (decision) return 'keep';
      return verdict === 'keep' ? 'failed' : verdict;
    } catch (error) {
      report('callback-failed', subject, { callback: outcome.thrown ? 'keepErrors' : 'storeResponse', error });
      return verdict;
    }
  };
};
