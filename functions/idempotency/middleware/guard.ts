import type { MiddlewareObj, Request } from '@middy/core';
import type { Claim } from '../protocol/claim.ts';
import { createExecution } from '../protocol/execution.ts';
import { toIdempotencyInfo } from '../protocol/idempotency-info.ts';
import type { Redaction } from '../protocol/redaction.ts';
import type { ExecutionSettings } from '../protocol/settings.ts';
import { createSettleRun } from '../protocol/settle-run.ts';
import { tellRefusals } from '../protocol/tell-refusals.ts';
import type { Decisions } from '../protocol/verdict.ts';
import { refusalOf } from '../request/http/refusal.ts';
import { statusOf } from '../request/http/response.ts';
import type { Incoming } from '../request/incoming.ts';
import type { Operation } from '../request/operation.ts';
import type { Answers } from './answers.ts';
import { extendContext } from './extend-context.ts';
import { noteReplay, noteRun, useRecordOnce, withRecordUse } from './record-use.ts';
import { withRetention } from './retention.ts';
import { createRunning } from './running.ts';
import { handlerMayStillRun } from './still-running.ts';
import type { Watch } from './watch-request.ts';

export interface GuardSettings extends ExecutionSettings {
  /** Names the operation; `undefined` lets the request pass unguarded. */
  describe: (incoming: Incoming) => Promise<Operation | undefined>;
  /** The user's word on what is final. */
  decisions: Decisions & Redaction;
  answers: Answers;
  /** Whether answers say how long the operation is remembered. */
  tellRetention: boolean | undefined;
}

interface Run {
  claim: Claim;
  incoming: Incoming;
}

/** Runs a handler under a claim: what `idempotencyKey` and `singleUseToken` with `retainResult` have in common. */
export const guard = (settings: GuardSettings): MiddlewareObj => {
  const { now, answers, retentionSeconds, tellRetention = true } = settings;
  const describe = tellRefusals(settings.describe, settings.report);
  const execution = createExecution(settings);
  const settleRun = createSettleRun(execution, settings, settings.decisions);
  const running = createRunning<Run>();

  /** By the very thing that came first, whatever other middlewares have made of it since, and by what has become of it. */
  const mayStillRun = ({ claim }: Run, watch: Watch, ending: unknown): boolean =>
    [watch.ending, ending].some((end) => handlerMayStillRun(end, claim.operation.deadlineMs - now()));

  const settleReturned = async (run: Run, watch: Watch, response: unknown): Promise<unknown> => {
    if (mayStillRun(run, watch, response)) execution.hold(run.claim);
    else if (run.incoming.hasStatus && isFailureInPlaceOf(watch.returned?.value, response))
      await settleIncomplete(run, watch.returned);
    else return settleRun(run.claim, run.incoming.hasStatus, { thrown: false, value: response });
    return response;
  };

  /** The handler is done, but what should have shaped its answer failed. */
  const settleIncomplete = (run: Run, { value }: { value: unknown } = { value: undefined }): Promise<unknown> =>
    settleRun(run.claim, run.incoming.hasStatus, { thrown: false, value }, { unkept: 'incomplete' });

  /**
   * After the handler has returned, a later middleware's error is not its failure: what the handler did is done. The answer that this
   * middleware should have shaped can't be remembered. Where the handler has not been called, nothing has happened at all.
   */
  const settleFailed = async (run: Run, watch: Watch, error: unknown): Promise<void> => {
    const { returned, mayHaveRun } = watch;
    if (!mayHaveRun) await execution.undo(run.claim);
    else if (mayStillRun(run, watch, error)) execution.hold(run.claim);
    else if (returned) await settleIncomplete(run, returned);
    else await settleRun(run.claim, run.incoming.hasStatus, { thrown: true, error });
  };

  /** What the caller gets, where only the handler's answer was settled. */
  const sent = ({ incoming: { http } }: Run, answer: unknown): unknown =>
    tellRetention ? withRetention(answer, http, retentionSeconds) : answer;

  /** Lets the request run, guarded if there is a claim, or sets its answer. */
  const admit = async (request: Request, operation: Operation, incoming: Incoming): Promise<void> => {
    useRecordOnce(request, operation.id);
    const admission = await execution.begin(operation, incoming.context);
    if (!admission.run) {
      noteReplay(request, running, admission.record);
      const { http } = incoming;
      const leftSeconds = admission.record.expiresAtSeconds - now() / 1000;
      const replay = answers.replay(incoming, admission);
      await answers.early(
        request,
        tellRetention ? replay.then((answer) => withRetention(answer, http, leftSeconds)) : replay,
      );
      return;
    }
    const { claim } = admission;
    const info = toIdempotencyInfo(claim ?? { operation, attempt: 1, previous: undefined }, now);
    if (!claim) {
      extendContext(request, { idempotency: info });
      return;
    }
    noteRun(request, running, operation);
    const use = { id: operation.id, isUnderWay: () => running.isUnderWay(request) };
    extendContext(request, withRecordUse({ idempotency: info }, request, use));
    running.start(request, { claim, incoming }, (run, watch, answer) => {
      if (watch.phase === 'after') return settleReturned(run, watch, answer);
      const settled = watch.phase === 'before' ? execution.undo(claim) : settleFailed(run, watch, request.error);
      return settled.then(() => answer);
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
    const response = await running.responseOf(request);
    request.response = response;
    answers.returned(request);
    const taken = running.take(request);
    if (!taken) return;
    request.response = sent(taken.run, await settleReturned(taken.run, taken.watch, response));
  };

  const onError = async (request: Request): Promise<void> => {
    const taken = running.take(request);
    if (taken) await settleFailed(taken.run, taken.watch, request.error);
    else await running.settled(request);
    if (!taken?.watch.returned) await answers.thrown(request);
  };

  return { before, after, onError };
};

/** Whether a middleware has answered by its own failure where the handler had answered with a success. */
const isFailureInPlaceOf = (returned: unknown, response: unknown): boolean =>
  (statusOf(returned) ?? 500) < 400 && (statusOf(response) ?? 200) >= 500 && !refusalOf(response);
