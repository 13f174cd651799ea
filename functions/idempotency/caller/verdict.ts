import type { Answer } from './attempt.ts';
import type { ClientErrorCode } from './client-error.ts';

/**
 * What becomes of a key: `done` keeps it so that nothing is done again, `correctable` lets another request use it, `nothing` makes room
 * for another key, `same` leaves it for the same request.
 */
export type Keep = 'done' | 'correctable' | 'nothing' | 'same';

/** With an error, that is the end. Without one the answer is final, unless the key is kept the same: then send it again. */
export type Verdict = readonly [keep: Keep, error?: ClientErrorCode];

/** Refused for the moment, before anything was done. */
export const isPutOff = (status: number): boolean => status === 425 || status === 429;

/** Statuses which say that the request was not acted upon: they are not remembered as the outcome of a key. */
const notActedUpon = /^4(0[013-68]|1[1-7]|2[125689]|31)$/;

/** What the server's guard says, which knows the key. A token that is used up may have been so by a try without an answer, or from another tab. */
const judgeRefusal = (code: string | undefined): Verdict => {
  if (code === 'RESULT_UNAVAILABLE') return ['done', 'DONE'];
  if (code === 'PAYLOAD_MISMATCH') return ['correctable', 'KEY_REUSED'];
  const isUnknown = code === 'OUTCOME_UNKNOWN' || code === 'REPETITIVE_OPERATION';
  return isUnknown ? ['same', 'IN_DOUBT'] : ['correctable', 'REFUSED'];
};

/**
 * @param isFresh whether no earlier try can have been done
 * @param isDone whether one was
 */
export const judge = (
  { response: { status, headers }, problem }: Answer,
  isFresh: boolean,
  isDone = false,
): Verdict => {
  const { code, retryable } = problem ?? {};
  const isFailure = status >= 500;
  if (retryable ?? (isFailure || isPutOff(status) || (status === 409 && headers.has('retry-after')))) return ['same'];
  const isRefusal = retryable === false;
  if (!isRefusal && !notActedUpon.test(`${status}`)) return [status < 400 ? 'done' : 'nothing'];
  if (isDone) return ['done', 'DONE'];
  if (isRefusal) return judgeRefusal(isFailure ? 'OUTCOME_UNKNOWN' : code);
  // It may come from before the guard, as that of an authorizer, and then says nothing of an earlier try.
  return isFresh || headers.has('idempotency-key-max-age') ? ['correctable'] : ['same', 'IN_DOUBT'];
};
