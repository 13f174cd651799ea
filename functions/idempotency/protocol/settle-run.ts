import { halfOfMs } from '../base/deadline.ts';
import type { Outcome, UnkeptOutcome } from '../record/result.ts';
import type { HttpRequest } from '../request/http/request.ts';
import type { Claim } from './claim.ts';
import type { Execution } from './execution.ts';
import { createRedaction, type Redaction } from './redaction.ts';
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
  decisions: Decisions & Redaction,
): SettleRun => {
  const decide = createVerdict(decisions, report);
  const toKeep = createRedaction(decisions, { now, report });
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
    const remembered =
      kept ?? (outcome.thrown ? outcome : await toKeep(outcome.value, http !== undefined, claim.operation));
    return execution.complete(claim, remembered);
  };
};
