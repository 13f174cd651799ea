import type { MiddlewareObj, Request } from '@middy/core';
import type { Claim } from '../protocol/claim.ts';
import { createExecution } from '../protocol/execution.ts';
import { type IdempotentContext, toIdempotencyInfo } from '../protocol/idempotency-info.ts';
import type { OperationOptions } from '../protocol/operation-options.ts';
import type { ExecutionSettings } from '../protocol/settings.ts';
import type { Outcome } from '../record/result.ts';
import type { HttpRequest } from '../request/http/request.ts';
import { isFailure, withoutCookies } from '../request/http/response.ts';
import { type Incoming, toIncoming } from '../request/incoming.ts';
import type { Operation } from '../request/operation.ts';
import { answerRefusal, answerReplay } from './answer.ts';
import { handlerMayStillRun } from './early-timeout.ts';
import { useRecordOnce } from './record-use.ts';
import { createRunning } from './running.ts';

export interface GuardSettings extends ExecutionSettings {
  /** Names the operation; `undefined` lets the request pass unguarded. */
  describe: (incoming: Incoming) => Promise<Operation | undefined>;
  /** The user's word on what is final, and on when Middy gives up waiting. */
  decisions: Pick<OperationOptions, 'storeResponse' | 'keepErrors' | 'timeoutEarlyInMillis'>;
}

interface Run {
  claim: Claim;
  http: HttpRequest | undefined;
}

/** Runs a handler under a claim: what `idempotencyKey` and `singleUseToken` with `retainResult` have in common. */
export const guard = (settings: GuardSettings): MiddlewareObj<unknown, unknown, Error, IdempotentContext> => {
  const { describe, now, decisions } = settings;
  const { timeoutEarlyInMillis, storeResponse, keepErrors } = decisions;
  const execution = createExecution(settings);
  const running = createRunning<Run>();

  const isFinal = (outcome: Outcome, http: HttpRequest | undefined): boolean => {
    if (outcome.thrown) return keepErrors?.(outcome.error) ?? false;
    return storeResponse ? storeResponse(outcome.value) : !isFailure(outcome.value, http);
  };

  const remembered = (outcome: Outcome, http: HttpRequest | undefined): Outcome =>
    outcome.thrown || !http ? outcome : { thrown: false, value: withoutCookies(outcome.value) };

  const settle = async ({ claim, http }: Run, error: unknown, outcome: Outcome): Promise<void> => {
    const remainingMs = claim.operation.deadlineMs - now();
    if (handlerMayStillRun({ error, remainingMs, timeoutEarlyInMillis })) execution.hold(claim);
    else if (isFinal(outcome, http)) await execution.complete(claim, remembered(outcome, http));
    else await execution.release(claim);
  };

  /** Lets the request run, guarded if there is a claim, or sets its answer. */
  const admit = async (request: Request, operation: Operation, http: HttpRequest | undefined): Promise<void> => {
    useRecordOnce(request, operation.id);
    const admission = await execution.begin(operation);
    if (!admission.run) {
      request.earlyResponse = answerReplay(admission.outcome, http);
      return;
    }
    const { claim } = admission;
    (request.context as IdempotentContext).idempotency = toIdempotencyInfo(claim ?? { operation, attempt: 1 }, now);
    if (!claim) return;
    running.start(request, { claim, http }, (run, phase, answer) => {
      const settled = {
        before: () => execution.release(claim),
        after: () => settle(run, request.error, { thrown: false, value: answer }),
        error: () => settle(run, request.error, { thrown: true, error: request.error }),
      };
      return settled[phase]().then(() => answer);
    });
  };

  const before = async (request: Request): Promise<void> => {
    const incoming = toIncoming(request.event, request.context);
    try {
      const operation = await describe(incoming);
      if (operation) await admit(request, operation, incoming.http);
    } catch (error) {
      request.earlyResponse = answerRefusal(error, incoming.http);
    }
  };

  const after = async (request: Request): Promise<void> => {
    const run = running.take(request);
    if (run) await settle(run, request.error, { thrown: false, value: request.response });
  };

  const onError = async (request: Request): Promise<void> => {
    const run = running.take(request);
    if (run) await settle(run, request.error, { thrown: true, error: request.error });
  };

  return { before, after, onError };
};
