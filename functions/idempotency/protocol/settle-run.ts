import { halfOfMs } from '../base/deadline.ts';
import type { Outcome, UnkeptOutcome } from '../record/result.ts';
import type { HttpRequest } from '../request/http/request.ts';
import { withoutCookies } from '../request/http/response.ts';
import type { Claim } from './claim.ts';
import type { Execution } from './execution.ts';
import type { ExecutionSettings } from './settings.ts';
import { createVerdict, type Decisions } from './verdict.ts';

/** Ends a run by what came of it. Never rejects: the caller's outcome is the handler's. */
export type SettleRun = (
  claim: Claim,
  http: HttpRequest | undefined,
  outcome: Outcome,
  /** What is remembered, where it isn't the outcome itself. */
  kept?: UnkeptOutcome,
) => Promise<void>;

export const createSettleRun = (
  execution: Execution,
  { now, report }: ExecutionSettings,
  decisions: Decisions,
): SettleRun => {
  const decide = createVerdict(decisions, report);
  return async (claim, http, outcome, kept) => {
    const verdict = await decide(
      outcome,
      http !== undefined,
      halfOfMs(claim.operation.deadlineMs - now()),
      claim.operation,
    );
    // An execution can't take back what an earlier try of it has claimed: it frees it instead.
    if (verdict === 'undo') {
      return claim.operation.fence === undefined ? execution.undo(claim) : execution.release(claim, 'refused');
    }
    if (verdict !== 'keep') return execution.release(claim, verdict);
    return execution.complete(claim, kept ?? (outcome.thrown || !http ? outcome : withoutSession(outcome.value)));
  };
};

/** Cookies belong to the session of the first caller. A response that can't be read can't be kept, but it is done. */
const withoutSession = (response: unknown): Outcome | UnkeptOutcome => {
  try {
    return { thrown: false, value: withoutCookies(response) };
  } catch {
    return { unkept: 'not JSON' };
  }
};
