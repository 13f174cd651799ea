import type { MiddlewareObj, Request } from '@middy/core';
import type { Claim } from '../protocol/claim.ts';
import { createExecution } from '../protocol/execution.ts';
import { toIdempotencyInfo } from '../protocol/idempotency-info.ts';
import type { ExecutionSettings } from '../protocol/settings.ts';
import { createSettleRun } from '../protocol/settle-run.ts';
import { tellRefusals } from '../protocol/tell-refusals.ts';
import type { Decisions } from '../protocol/verdict.ts';
import type { HttpRequest } from '../request/http/request.ts';
import type { Incoming } from '../request/incoming.ts';
import type { Operation } from '../request/operation.ts';
import type { Answers } from './answers.ts';
import { extendContext } from './extend-context.ts';
import { useRecordOnce } from './record-use.ts';
import { createRunning } from './running.ts';
import { handlerMayStillRun } from './still-running.ts';
import type { Watch } from './watch-request.ts';

export interface GuardSettings extends ExecutionSettings {
  /** Names the operation; `undefined` lets the request pass unguarded. */
  describe: (incoming: Incoming) => Promise<Operation | undefined>;
  /** The user's word on what is final. */
  decisions: Decisions;
  answers: Answers;
}

interface Run {
  claim: Claim;
  http: HttpRequest | undefined;
}

/** Runs a handler under a claim: what `idempotencyKey` and `singleUseToken` with `retainResult` have in common. */
export const guard = (settings: GuardSettings): MiddlewareObj => {
  const { now, answers } = settings;
  const describe = tellRefusals(settings.describe, settings.report);
  const execution = createExecution(settings);
  const settleRun = createSettleRun(execution, settings, settings.decisions);
  const running = createRunning<Run>();

  const mayStillRun = ({ claim }: Run, ending: unknown): boolean =>
    handlerMayStillRun(ending, claim.operation.deadlineMs - now());

  const settleReturned = async (run: Run, response: unknown): Promise<void> => {
    if (mayStillRun(run, response)) execution.hold(run.claim);
    else await settleRun(run.claim, run.http, { thrown: false, value: response });
  };

  /**
   * After the handler has returned, a later middleware's error is not its failure: what the handler did is done. The answer that this
   * middleware should have shaped can't be remembered. Where the handler has not been called, nothing has happened at all.
   */
  const settleFailed = async (run: Run, { returned, mayHaveRun }: Watch, error: unknown): Promise<void> => {
    if (!mayHaveRun) await execution.undo(run.claim);
    else if (mayStillRun(run, returned ? returned.value : error)) execution.hold(run.claim);
    else if (!returned) await settleRun(run.claim, run.http, { thrown: true, error });
    else await settleRun(run.claim, run.http, { thrown: false, value: returned.value }, { unkept: 'incomplete' });
  };

  /** Lets the request run, guarded if there is a claim, or sets its answer. */
  const admit = async (request: Request, operation: Operation, incoming: Incoming): Promise<void> => {
    useRecordOnce(request, operation.id);
    const admission = await execution.begin(operation);
    if (!admission.run) {
      await answers.early(request, answers.replay(incoming, admission));
      return;
    }
    const { claim } = admission;
    const info = toIdempotencyInfo(claim ?? { operation, attempt: 1, previous: undefined }, now);
    extendContext(request, { idempotency: info });
    if (!claim) return;
    running.start(request, { claim, http: incoming.http }, (run, watch, answer) => {
      const settled = {
        before: () => execution.undo(claim),
        after: () => settleReturned(run, answer),
        error: () => settleFailed(run, watch, request.error),
      };
      return settled[watch.phase]().then(() => answer);
    });
  };

  const before = async (request: Request): Promise<void> => {
    const incoming = answers.arrive(request);
    try {
      const operation = await describe(incoming);
      if (operation) await admit(request, operation, incoming);
    } catch (error) {
      await answers.early(request, answers.refusal(incoming, error));
    }
  };

  const after = async (request: Request): Promise<void> => {
    answers.returned(request);
    const taken = running.take(request);
    if (taken) await settleReturned(taken.run, request.response);
  };

  const onError = async (request: Request): Promise<void> => {
    const taken = running.take(request);
    if (taken) await settleFailed(taken.run, taken.watch, request.error);
    if (!taken?.watch.returned) await answers.thrown(request);
  };

  return { before, after, onError };
};
