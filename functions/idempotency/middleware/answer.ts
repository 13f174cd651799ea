import { IdempotencyError } from '../base/error.ts';
import type { Outcome } from '../record/result.ts';
import { toProblemResponse } from '../request/http/problem.ts';
import type { HttpRequest } from '../request/http/request.ts';
import { type HttpResponse, toReplayResponse } from '../request/http/response.ts';

/** A refusal becomes a response for HTTP requests; everything else is thrown on. */
export const answerRefusal = (error: unknown, http: HttpRequest | undefined): HttpResponse => {
  if (http && IdempotencyError.is(error)) return toProblemResponse(error, http);
  throw error;
};

/** The remembered answer; a remembered error is thrown again. */
export const answerReplay = (outcome: Outcome, http: HttpRequest | undefined): unknown => {
  if (outcome.thrown) throw outcome.error;
  return http ? toReplayResponse(outcome.value, http) : outcome.value;
};
