import type { MiddlewareObj, Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import { type IdempotentContext, toIdempotencyInfo } from '../protocol/context.ts';
import { type Claim, createExecution, type ExecutionSettings } from '../protocol/execution.ts';
import type { Outcome } from '../record/result.ts';
import { type HttpRequest, toHttpRequest } from '../request/http/request.ts';
import { withoutCookies } from '../request/http/response.ts';
import type { Operation } from '../request/operation.ts';
import { answerRefusal, answerReplay, isFailure } from './answer.ts';
import { onEarlyAnswer, type Phase } from './early-answer.ts';
import { handlerMayStillRun } from './early-timeout.ts';
import { useRecordOnce } from './record-use.ts';

export interface GuardSettings extends ExecutionSettings {
  /** Names the operation; `undefined` lets the request pass unguarded. */
  describe: (event: unknown, context: Context) => Promise<Operation | undefined>;
  timeoutEarlyInMillis: number | undefined;
  /** Whether a response is the final outcome of the operation. */
  storeResponse: ((response: unknown) => boolean) | undefined;
  /** Whether an error is the final outcome of the operation. */
  keepErrors: ((error: unknown) => boolean) | undefined;
}

interface Running {
  claim: Claim;
  http: HttpRequest | undefined;
}

/** Runs a handler under a claim: what `idempotencyKey` and `singleUseToken` with `retainResult` have in common. */
export const guard = (settings: GuardSettings): MiddlewareObj<unknown, unknown, Error, IdempotentContext> => {
  const { describe, now, timeoutEarlyInMillis, storeResponse, keepErrors } = settings;
  const execution = createExecution(settings);
  const runningByRequest = new WeakMap<Request, Running>();

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
    runningByRequest.set(request, { claim, http });
    onEarlyAnswer(request, (phase, answer) => settleEarly(request, phase, answer));
  };

  const before = async (request: Request): Promise<void> => {
    const http = toHttpRequest(request.event);
    try {
      const operation = await describe(request.event, request.context);
      if (operation) await admit(request, operation, http);
    } catch (error) {
      request.earlyResponse = answerRefusal(error, http);
    }
  };

  /** The claim of this request, once: a request that was refused has none and must touch nothing. */
  const takeRunning = (request: Request): Running | undefined => {
    const running = runningByRequest.get(request);
    runningByRequest.delete(request);
    return running;
  };

  const mayStillRun = (request: Request, { claim }: Running): boolean =>
    handlerMayStillRun({
      error: request.error,
      remainingMs: claim.operation.deadlineMs - now(),
      timeoutEarlyInMillis,
    });

  const isFinal = (outcome: Outcome, http: HttpRequest | undefined): boolean => {
    if (outcome.thrown) return keepErrors?.(outcome.error) ?? false;
    return storeResponse ? storeResponse(outcome.value) : !isFailure(outcome.value, http);
  };

  const remembered = (outcome: Outcome, http: HttpRequest | undefined): Outcome =>
    outcome.thrown || !http ? outcome : { thrown: false, value: withoutCookies(outcome.value) };

  const settle = async (request: Request, outcome: Outcome): Promise<void> => {
    const running = takeRunning(request);
    if (!running) return;
    const { claim, http } = running;
    if (mayStillRun(request, running)) execution.hold(claim);
    else if (isFinal(outcome, http)) await execution.complete(claim, remembered(outcome, http));
    else await execution.release(claim);
  };

  const settleEarly = (request: Request, phase: Phase, answer: unknown): Promise<unknown> | undefined => {
    const running = runningByRequest.get(request);
    if (!running) return undefined;
    if (phase === 'after') return settle(request, { thrown: false, value: answer }).then(() => answer);
    if (phase === 'error') return settle(request, { thrown: true, error: request.error }).then(() => answer);
    runningByRequest.delete(request);
    return execution.release(running.claim).then(() => answer);
  };

  const after = (request: Request): Promise<void> => settle(request, { thrown: false, value: request.response });
  const onError = (request: Request): Promise<void> => settle(request, { thrown: true, error: request.error });

  return { before, after, onError };
};
