import type { MiddlewareObj, Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import { type IdempotentContext, toIdempotencyInfo } from '../context.ts';
import { type Claim, createExecution, type ExecutionSettings } from '../execution.ts';
import { type HttpRequest, toHttpRequest } from '../http/request.ts';
import { toReplayResponse, withoutCookies } from '../http/response.ts';
import type { Operation } from '../operation.ts';
import { answerRefusal, isFailure } from './answer.ts';
import { handlerMayStillRun } from './early-timeout.ts';
import { answerEarly, enterNesting, useRecordOnce } from './nesting.ts';

export interface GuardSettings extends ExecutionSettings {
  /** Names the operation; `undefined` lets the request pass unguarded. */
  describe: (event: unknown, context: Context) => Promise<Operation | undefined>;
  timeoutEarlyInMillis: number | undefined;
}

interface Running {
  claim: Claim;
  http: HttpRequest | undefined;
}

/** Runs a handler under a claim: what `idempotencyKey` and `singleUseToken` with `retainResult` have in common. */
export const guard = (settings: GuardSettings): MiddlewareObj<unknown, unknown, Error, IdempotentContext> => {
  const { describe, now, timeoutEarlyInMillis } = settings;
  const execution = createExecution(settings);
  const runningByRequest = new WeakMap<Request, Running>();

  const before = async (request: Request): Promise<void> => {
    const { event, context } = request;
    const http = toHttpRequest(event);
    try {
      const operation = await describe(event, context);
      if (!operation) return;
      useRecordOnce(request, operation.id);
      const admission = await execution.begin(operation);
      if (admission.run) {
        runningByRequest.set(request, { claim: admission.claim, http });
        enterNesting(request, { after, onError });
        Object.assign(context, { idempotency: toIdempotencyInfo(admission.claim, now) });
      } else {
        const replay = http ? toReplayResponse(admission.result, http) : admission.result;
        await answerEarly(request, replay, 'replay');
      }
    } catch (error) {
      await answerEarly(request, answerRefusal(error, http), 'refusal');
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

  const after = async (request: Request): Promise<void> => {
    const running = takeRunning(request);
    if (!running) return;
    const { claim, http } = running;
    if (mayStillRun(request, running)) execution.hold(claim);
    else if (isFailure(request.response, http)) await execution.release(claim);
    else await execution.complete(claim, http ? withoutCookies(request.response) : request.response);
  };

  const onError = async (request: Request): Promise<void> => {
    const running = takeRunning(request);
    if (!running) return;
    if (mayStillRun(request, running)) execution.hold(running.claim);
    else await execution.release(running.claim);
  };

  return { before, after, onError };
};
