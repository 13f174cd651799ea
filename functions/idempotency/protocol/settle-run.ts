import type { Outcome, UnkeptOutcome } from '../record/result.ts';
import { asSent } from '../request/http/as-sent.ts';
import { callbackLimitMs } from './callback-limit.ts';
import type { Claim } from './claim.ts';
import type { Execution } from './execution.ts';
import { createRedaction, type Redaction } from './redaction.ts';
import type { ExecutionSettings } from './settings.ts';
import { createVerdict, type Decisions } from './verdict.ts';

/**
 * Ends a run by what came of it, and gives the answer: a remembered one in the form in which repeats get it. Never rejects: the caller's
 * outcome is the handler's.
 */
export type SettleRun = (
  claim: Claim,
  hasStatus: boolean,
  outcome: Outcome,
  /** What is remembered, where it isn't the outcome itself. */
  kept?: UnkeptOutcome,
) => Promise<unknown>;

export const createSettleRun = (
  execution: Execution,
  { now, report }: ExecutionSettings,
  decisions: Decisions & Redaction,
): SettleRun => {
  const decide = createVerdict(decisions, report);
  const toKeep = createRedaction(decisions, { now, report });
  return async (claim, hasStatus, outcome, kept) => {
    const verdict = await decide(outcome, hasStatus, callbackLimitMs(claim.operation, now()), claim.operation);
    const answer = outcome.thrown ? undefined : outcome.value;
    // An execution can't take back what an earlier try of it has claimed: it frees it instead.
    if (verdict === 'undo') {
      await (claim.operation.fence === undefined ? execution.undo(claim) : execution.release(claim, 'refused'));
    } else if (verdict !== 'keep') await execution.release(claim, verdict);
    else if (kept || outcome.thrown) await execution.complete(claim, kept ?? outcome);
    else {
      const sent = asSent(answer);
      await execution.complete(claim, await toKeep(sent, hasStatus, claim.operation));
      return sent;
    }
    return answer;
  };
};
