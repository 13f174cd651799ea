import { randomUUID } from 'node:crypto';
import type { MiddlewareObj, Request } from '@middy/core';
import { defaultRemainingMs } from '../base/deadline.ts';
import { storeUnavailable } from '../base/refusals.ts';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import type { IdempotencyEvent } from '../protocol/event.ts';
import { verdictOfResponse } from '../protocol/verdict.ts';
import { lambdaContextOf } from '../request/durable.ts';
import type { HttpRequest } from '../request/http/request.ts';
import { withoutCookies } from '../request/http/response.ts';
import { type Incoming, toIncoming } from '../request/incoming.ts';
import type { Operation } from '../request/operation.ts';
import { type CollectedWrites, collectWrites } from '../transaction/collect-writes.ts';
import type { Commit } from '../transaction/committer.ts';
import { marshallOptionsOf } from '../transaction/marshalling.ts';
import type { WritesContext } from '../transaction/writes.ts';
import { answerRefusal, answerReplay } from './answer.ts';
import { extendContext } from './extend-context.ts';
import { useRecordOnce } from './record-use.ts';
import { createRunning } from './running.ts';
import { handlerMayStillRun, isStillRunning } from './still-running.ts';

export interface CommitWritesSettings {
  /** Names the operation; `undefined` where answers are not remembered. */
  describe: ((incoming: Incoming) => Promise<Operation | undefined>) | undefined;
  /** Remembers answers. */
  store: DynamoDBStore | undefined;
  client: DynamoDBApi;
  commit: Commit;
  report: (event: IdempotencyEvent) => void;
  now: () => number;
}

interface Run {
  collected: CollectedWrites;
  operation: Operation | undefined;
  http: HttpRequest | undefined;
  deadlineMs: number;
}

const about = (operation: Operation | undefined) =>
  operation ? { id: operation.id, owner: operation.owner } : { owner: '' };

/** Collects a handler's writes, and commits them with its answer when it has returned. */
export const commitWrites = (settings: CommitWritesSettings): MiddlewareObj<unknown, unknown, Error, WritesContext> => {
  const { describe, store, commit, report, now } = settings;
  const marshallOptions = marshallOptionsOf(settings.client);
  const running = createRunning<Run>();

  const finish = async ({ collected, operation, http, deadlineMs }: Run, response: unknown): Promise<unknown> => {
    const writes = collected.close();
    const remainingMs = deadlineMs - now();
    if (isStillRunning(response)) return response;
    if (verdictOfResponse(response, http !== undefined) !== 'keep') {
      if (writes.length > 0) report({ type: 'writes-discarded', ...about(operation) });
      return response;
    }
    if (handlerMayStillRun(response, remainingMs)) {
      if (writes.length === 0 && !operation) return response;
      throw storeUnavailable(new Error(`No time is left to write: ${remainingMs} ms until the invocation's deadline.`));
    }
    const settlement = await commit({
      writes,
      remembered: store && operation && { operation, store, result: http ? withoutCookies(response) : response },
      owner: operation?.owner ?? randomUUID(),
      deadlineMs,
    });
    if (settlement.kind === 'answered') return settlement.answer;
    if (settlement.kind === 'committed') return response;
    return answerReplay(settlement.outcome, http);
  };

  const settle = async (run: Run, response: unknown): Promise<unknown> => {
    try {
      return await finish(run, response);
    } catch (error) {
      return answerRefusal(error, run.http);
    }
  };

  const before = async (request: Request): Promise<void> => {
    const incoming = toIncoming(request.event, request.context);
    const { context, http } = incoming;
    const deadlineMs = now() + (lambdaContextOf(context).getRemainingTimeInMillis?.() ?? defaultRemainingMs);
    try {
      const described = await describe?.(incoming);
      // The replay of a durable execution is a repeat here: it gets the answer that was committed, not its own.
      const operation = described && { ...described, owner: randomUUID(), fence: undefined };
      if (operation) useRecordOnce(request, operation.id);
      const collected = collectWrites(marshallOptions);
      running.start(request, { collected, operation, http, deadlineMs }, (run, { phase }, answer) => {
        if (phase === 'after') return settle(run, answer);
        run.collected.close();
        return undefined;
      });
      extendContext(request, { writes: collected.writes });
    } catch (error) {
      request.earlyResponse = answerRefusal(error, http);
    }
  };

  const after = async (request: Request): Promise<void> => {
    const taken = running.take(request);
    if (taken) request.response = await settle(taken.run, request.response);
  };

  const onError = (request: Request): void => {
    running.take(request)?.run.collected.close();
  };

  return { before, after, onError };
};
