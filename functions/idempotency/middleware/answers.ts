import type { Request } from '@middy/core';
import { halfOfMs, withTimeLimit } from '../base/deadline.ts';
import { IdempotencyError } from '../base/error.ts';
import type { Replay } from '../protocol/claim.ts';
import type { ExecutionSettings } from '../protocol/settings.ts';
import { remainingMsOf } from '../request/durable.ts';
import { toProblemResponse } from '../request/http/problem.ts';
import { asRefusal } from '../request/http/refusal.ts';
import { type HttpResponse, isHttpResponse, toReplayResponse } from '../request/http/response.ts';
import { type Incoming, toIncoming } from '../request/incoming.ts';
import { cleanUpPowertools } from './clean-up-powertools.ts';
import { hideOuterOperation } from './extend-context.ts';
import type { AnswerDetails, OnAnswer } from './on-answer.ts';

/** Every answer that a middleware gives in the handler's place, in its final form. */
export interface Answers {
  /** Reads the request, once: whatever is asked of it later is asked of this. */
  arrive(request: Request): Incoming;
  /** A refusal becomes a response for HTTP requests; everything else is thrown on. */
  refusal(incoming: Incoming, error: unknown): Promise<unknown>;
  /** The remembered answer; a remembered error is thrown again. */
  replay(incoming: Incoming, replay: Replay): Promise<unknown>;
  /** An answer that a callback of the user's has made. */
  made(incoming: Incoming, answer: unknown): Promise<unknown>;
  /** Ends the request before the handler runs: Middy skips the hooks that are left. */
  early(request: Request, answer: Promise<unknown>): Promise<void>;
  /** The handler has returned: what is thrown from now on is no refusal of its own. */
  returned(request: Request): void;
  /** Answers for a handler that has thrown what an inner operation refused, if no other middleware has. */
  thrown(request: Request, toRefusal?: (error: IdempotencyError) => unknown): Promise<void>;
}

export const createAnswers = (
  onAnswer: OnAnswer | undefined,
  { report }: Pick<ExecutionSettings, 'report'>,
): Answers => {
  const arrived = new WeakMap<Request, Incoming>();

  const shaped = async (
    { event, context }: Incoming,
    answer: HttpResponse,
    details: Partial<AnswerDetails>,
  ): Promise<unknown> => {
    if (!onAnswer) return answer;
    const { replayed = false, record, error } = details;
    // What a callback of the user's has made can hold what no copy keeps.
    const given = replayed || error ? structuredClone(answer) : answer;
    try {
      const limitMs = halfOfMs(remainingMsOf(context));
      const shape = async () => onAnswer(given, { event, context, replayed, record: structuredClone(record), error });
      const made: unknown = (await withTimeLimit(limitMs, shape)) ?? given;
      if (!isHttpResponse(made)) throw new TypeError('onAnswer returned no response: return one with a statusCode.');
      return made;
    } catch (failure) {
      const id = error?.recordId ?? record?.id;
      report('callback-failed', id === undefined ? {} : { id }, { callback: 'onAnswer', error: failure });
      return answer;
    }
  };

  const refusal: Answers['refusal'] = async (incoming, error) => {
    if (!incoming.http || !IdempotencyError.is(error)) throw error;
    const answer = await shaped(incoming, toProblemResponse(error, incoming.http), { error });
    // A copy is marked: `onAnswer` may have given a constant, which a handler answers with too.
    return asRefusal({ ...(answer as HttpResponse) }, error.code);
  };

  return {
    arrive: (request) => {
      const incoming = toIncoming(request.event, request.context);
      arrived.set(request, incoming);
      hideOuterOperation(request);
      return incoming;
    },
    refusal,
    replay: async (incoming, { outcome, record }) => {
      if (outcome.thrown) throw outcome.error;
      if (!incoming.http) return outcome.value;
      const answer = toReplayResponse(outcome.value, incoming.http, outcome.redacted);
      return isHttpResponse(answer) ? shaped(incoming, answer, { replayed: true, record }) : answer;
    },
    made: async (incoming, answer) => (incoming.http && isHttpResponse(answer) ? shaped(incoming, answer, {}) : answer),
    early: async (request, answer) => {
      const given = await answer;
      await cleanUpPowertools(request, report);
      request.earlyResponse = given;
    },
    returned: (request) => {
      arrived.delete(request);
    },
    thrown: async (request, toRefusal = (error) => error) => {
      const { error, response } = request;
      const incoming = arrived.get(request);
      if (response !== undefined || !incoming?.http || !IdempotencyError.is(error)) return;
      request.response = await refusal(incoming, toRefusal(error));
    },
  };
};
