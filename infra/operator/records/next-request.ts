import type { IdempotencyRecord } from '../../../functions/idempotency/record/record.ts';
import { inMs } from '../output/time.ts';
import { answerOf } from './answer.ts';
import type { Seen } from './seen.ts';
import { isHeldForGood, stateOf } from './state.ts';

export type NextOutcome =
  | 'RUNS'
  | 'REPLAY'
  | 'IN_PROGRESS'
  | 'OUTCOME_UNKNOWN'
  | 'RESULT_UNAVAILABLE'
  | 'REPETITIVE_OPERATION';

/** What the next request with the same key, by the same caller, gets. */
export interface NextRequest {
  outcome: NextOutcome;
  text: string;
}

/** What decides it of a record, as it is or as it would be. */
export type Judged = Pick<Seen, 'record' | 'encoding' | 'tokenExpiresAtSeconds'>;

const payloadRule = ({ fingerprint }: IdempotencyRecord): string =>
  fingerprint === undefined || fingerprint === '' ? '' : ' Another payload with this key: 422 PAYLOAD_MISMATCH.';

const run = (attempt: number, previous: string | undefined, rest: string): NextRequest => ({
  outcome: 'RUNS',
  text: `It runs, as attempt ${attempt}${previous ? `; \`previous\` is '${previous}'` : ''}.${rest}`,
});

const unknownToken: NextRequest = {
  outcome: 'REPETITIVE_OPERATION',
  text: '409 REPETITIVE_OPERATION: a token that has no record is used up, expired, or was never issued.',
};

const statusText = (seen: Judged): string => {
  const statusCode = answerOf(seen)?.statusCode;
  return statusCode === undefined ? '' : ` (${statusCode})`;
};

const redactedText = ({ record: { result } }: Judged): string =>
  result?.redacted ? ', and Idempotent-Redacted: true, since it is not all that the first caller got' : '';

export const nextRequest = (seen: Judged | undefined, nowMs: number): NextRequest => {
  const state = seen && stateOf(seen, nowMs);
  if (state === 'expired' && seen?.tokenExpiresAtSeconds !== undefined) return unknownToken;
  if (!seen || state === 'expired') return run(1, undefined, ' Nothing is known of it any more, so any payload may.');
  const { record } = seen;
  const { attempt = 0, previous } = record;
  const payload = payloadRule(record);
  switch (state) {
    case 'running': {
      const until = inMs((record.leaseExpiresAtMs ?? 0) - nowMs);
      const then = isHeldForGood(record)
        ? '409 OUTCOME_UNKNOWN until somebody settles it'
        : `the next one runs, as attempt ${attempt + 1}`;
      const text = `409 IN_PROGRESS. If its run doesn't end before the lease does (${until}): ${then}.${payload}`;
      return { outcome: 'IN_PROGRESS', text };
    }
    case 'crashed':
      if (!isHeldForGood(record)) return run(attempt + 1, 'crashed', payload);
      return {
        outcome: 'OUTCOME_UNKNOWN',
        text: `409 OUTCOME_UNKNOWN, until somebody settles it: its function has afterCrash 'reject'.${payload}`,
      };
    case 'released':
    case 'issued':
      return run(attempt + 1, previous, payload);
    case 'unavailable':
      return {
        outcome: 'RESULT_UNAVAILABLE',
        text: `409 RESULT_UNAVAILABLE: it is done, but its answer was not kept.${payload}`,
      };
    default:
      return {
        outcome: 'REPLAY',
        text: `The stored answer${statusText(seen)}, with the header Idempotent-Replayed: true${redactedText(seen)}.${payload}`,
      };
  }
};
