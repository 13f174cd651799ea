import type { MiddlewareObj, Request } from '@middy/core';
import { admissionMs } from '../base/deadline.ts';
import { aboutRecord, type IdempotencyError } from '../base/error.ts';
import { inProgress, repetitive, storeUnavailable, tokenOutcomeUnknown, tokenSpent } from '../base/refusals.ts';
import { retryUntil } from '../base/retry.ts';
import { stopwatch } from '../base/stopwatch.ts';
import type { EventSubject, IdempotencyEventType } from '../protocol/event.ts';
import { tokenNamespace } from '../protocol/issue-token.ts';
import type { ExecutionSettings } from '../protocol/settings.ts';
import { tellRefusals } from '../protocol/tell-refusals.ts';
import type { ConsumeOutcome, ConsumeRequest } from '../record/store.ts';
import { captured } from '../request/comparison/captured.ts';
import { isDurableContext, lambdaContextOf, remainingMsOf } from '../request/durable.ts';
import type { Incoming } from '../request/incoming.ts';
import { readKey } from '../request/key/key.ts';
import { recordIdOf, requiredScope, writerOf } from '../request/operation.ts';
import { principalOf } from '../request/principal/principal-of.ts';
import type { Answers } from './answers.ts';
import { useRecordOnce } from './record-use.ts';
import { createRunning } from './running.ts';
import type { ConsumingOptions } from './single-use-token-options.ts';
import { tokenReader } from './token-reader.ts';

/** How long to ask again about a token that others hold at this moment, or whose fate is unknown. */
const consumePatienceMs = 3000;

interface Run {
  subject: EventSubject;
  ranMs: () => number;
}

class Undecided extends Error {
  readonly outcome: ConsumeOutcome;

  constructor(outcome: ConsumeOutcome) {
    super(`The consumption of a token was ${outcome}.`);
    this.outcome = outcome;
  }
}

const refusals = {
  consumed: { type: 'token-refused', refusal: repetitive },
  refused: { type: 'token-refused', refusal: repetitive },
  conflicted: { type: 'in-progress', refusal: () => inProgress('Token') },
  unknown: { type: 'outcome-unknown', refusal: tokenOutcomeUnknown },
} as const satisfies Record<ConsumeOutcome, { type: IdempotencyEventType; refusal: () => IdempotencyError }>;

/** Uses a token up before the handler runs. */
export const consumeToken = (
  { namespace = tokenNamespace, scope: source, ...options }: ConsumingOptions,
  { store, now, report, answers }: ExecutionSettings & { answers: Answers },
): MiddlewareObj => {
  const readToken = tokenReader(options);

  const idOf = tellRefusals(async (incoming: Incoming) => {
    const scope = source
      ? await captured(readKey(source, incoming), 'scope', incoming.context)
      : principalOf(incoming.event);
    return recordIdOf(namespace, { scope: requiredScope(scope), ...(await readToken(incoming)) });
  }, report);

  const running = createRunning<Run>();
  const finished = ({ subject, ranMs }: Run) => report('finished', subject, { handlerMs: ranMs() });

  const refuse = (outcome: ConsumeOutcome, subject: EventSubject, storeMs: number): IdempotencyError => {
    const { type, refusal } = refusals[outcome];
    const error = refusal();
    report(type, subject, { code: error.code, storeMs });
    return error;
  };

  const consume = async (request: Request, incoming: Incoming): Promise<void> => {
    const id = await idOf(incoming);
    useRecordOnce(request, id);
    const { owner } = writerOf(incoming.context);
    const subject = { id, namespace, owner, requestId: lambdaContextOf(incoming.context).awsRequestId };
    const remainingMs = remainingMsOf(incoming.context);
    const nowMs = now();
    const deadlineMs = nowMs + Math.min(admissionMs(remainingMs), consumePatienceMs);
    const elapsedMs = stopwatch();
    const outcome = await consumed({ id, owner, nowMs }, deadlineMs).catch((error: unknown) => {
      report('store-unavailable', subject, { error, storeMs: elapsedMs() });
      throw aboutRecord(storeUnavailable(error), id);
    });
    if (outcome !== 'consumed') throw aboutRecord(refuse(outcome, subject, elapsedMs()), id);
    report('token-consumed', subject, { storeMs: elapsedMs() });
    running.start(request, { subject, ranMs: stopwatch() }, (run, { mayHaveRun }) => {
      if (mayHaveRun) finished(run);
      return undefined;
    });
  };

  /** Asks again, in the same words, while the answer is one that passes: DynamoDB knows the request by its token. */
  const consumed = async (consumption: ConsumeRequest, deadlineMs: number): Promise<ConsumeOutcome> => {
    let doubtful = false;
    try {
      return await retryUntil(
        async (signal) => {
          const outcome = await store.consume(consumption, signal);
          doubtful ||= outcome === 'unknown';
          if (outcome === 'conflicted' || outcome === 'unknown') throw new Undecided(outcome);
          return outcome;
        },
        { deadlineMs, now, isRetryable: (error) => error instanceof Undecided },
      );
    } catch (error) {
      if (doubtful) return 'unknown';
      if (error instanceof Undecided) return error.outcome;
      throw error;
    }
  };

  const before = async (request: Request): Promise<void> => {
    const incoming = answers.arrive(request);
    if (isDurableContext(incoming.context)) {
      throw new TypeError(
        'singleUseToken: a durable execution may be replayed days later, and would not recognise its own token then. ' +
          'Pass `retainResult: true`.',
      );
    }
    try {
      await consume(request, incoming);
    } catch (error) {
      await answers.early(request, answers.refusal(incoming, error));
    }
  };

  const tellRun = (request: Request): void => {
    const taken = running.take(request);
    if (taken?.watch.mayHaveRun) finished(taken.run);
  };

  const onError = (request: Request): Promise<void> => {
    tellRun(request);
    return answers.thrown(request, tokenSpent);
  };

  return { before, after: tellRun, onError };
};
