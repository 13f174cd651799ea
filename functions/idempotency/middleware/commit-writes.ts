import type { MiddlewareObj, Request } from '@middy/core';
import { halfOfMs } from '../base/deadline.ts';
import { storeUnavailable } from '../base/refusals.ts';
import { stopwatch } from '../base/stopwatch.ts';
import { uniqueId } from '../base/unique-id.ts';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import type { EventSubject, Report } from '../protocol/event.ts';
import { createRedaction, type Redaction } from '../protocol/redaction.ts';
import { tellRefusals } from '../protocol/tell-refusals.ts';
import { createVerdict, type Decisions } from '../protocol/verdict.ts';
import { lambdaContextOf, remainingMsOf } from '../request/durable.ts';
import { asSent } from '../request/http/as-sent.ts';
import type { Incoming } from '../request/incoming.ts';
import type { Operation } from '../request/operation.ts';
import { type CollectedWrites, collectWrites } from '../transaction/collect-writes.ts';
import type { Committer } from '../transaction/committer.ts';
import { marshallOptionsOf } from '../transaction/marshalling.ts';
import type { Answers } from './answers.ts';
import { extendContext } from './extend-context.ts';
import { noteReplay, noteRun, useRecordOnce } from './record-use.ts';
import { createRunning } from './running.ts';
import { handlerMayStillRun, isStillRunning } from './still-running.ts';
import type { Watch } from './watch-request.ts';

export interface CommitWritesSettings {
  /** Names the operation; `undefined` where answers are not remembered. */
  describe: ((incoming: Incoming) => Promise<Operation | undefined>) | undefined;
  /** Remembers answers. */
  store: DynamoDBStore | undefined;
  client: DynamoDBApi;
  committer: Committer;
  /** Whether to look for the answer of an earlier request before the handler runs. */
  readFirst: boolean;
  /** The user's word on what was done. */
  decisions: Decisions & Redaction;
  answers: Answers;
  report: Report;
  now: () => number;
}

interface Run {
  request: Request;
  collected: CollectedWrites;
  operation: Operation | undefined;
  /** The operation, or the invocation where answers are not remembered. */
  subject: EventSubject & { owner: string };
  incoming: Incoming;
  deadlineMs: number;
  ranMs: () => number;
}

/** Collects a handler's writes, and commits them with its answer when it has returned. */
export const commitWrites = (settings: CommitWritesSettings): MiddlewareObj => {
  const { store, committer, readFirst, answers, report, now } = settings;
  const describe = settings.describe && tellRefusals(settings.describe, report);
  const decide = createVerdict(settings.decisions, report);
  const toKeep = createRedaction(settings.decisions, { now, report });
  const marshallOptions = marshallOptionsOf(settings.client);
  const running = createRunning<Run>();

  const finish = async (
    { request, collected, operation, subject, incoming, deadlineMs, ranMs }: Run,
    { ending }: Watch,
    response: unknown,
  ): Promise<unknown> => {
    const writes = collected.close();
    const handlerMs = ranMs();
    if (isStillRunning(ending) || isStillRunning(response)) return response;
    const verdict = await decide(
      { thrown: false, value: response },
      incoming.hasStatus,
      halfOfMs(deadlineMs - now()),
      subject,
    );
    const remainingMs = deadlineMs - now();
    if (verdict !== 'keep') {
      if (writes.length > 0) report('writes-discarded', subject, { handlerMs });
      return response;
    }
    if (handlerMayStillRun(response, remainingMs)) {
      if (writes.length === 0 && !operation) return response;
      throw storeUnavailable(new Error(`No time is left to write: ${remainingMs} ms until the invocation's deadline.`));
    }
    const remembers = store && operation;
    const sent = remembers ? asSent(response) : response;
    const outcome = remembers && (await toKeep(sent, incoming.hasStatus, operation));
    const settlement = await committer.commit({
      writes,
      remembered: outcome && { operation, store, outcome },
      subject,
      isHttp: incoming.http !== undefined,
      handlerMs,
      deadlineMs,
    });
    if (settlement.kind === 'answered') return answers.made(incoming, settlement.answer);
    if (settlement.kind === 'committed') {
      if (operation) noteRun(request, running, operation);
      return sent;
    }
    noteReplay(request, running, settlement.record);
    return answers.replay(incoming, settlement);
  };

  const settle = async (run: Run, watch: Watch, response: unknown): Promise<unknown> => {
    try {
      return await finish(run, watch, response);
    } catch (error) {
      return answers.refusal(run.incoming, error);
    }
  };

  const before = async (request: Request): Promise<void> => {
    const incoming = answers.arrive(request);
    const deadlineMs = now() + remainingMsOf(incoming.context);
    try {
      const described = await describe?.(incoming);
      // The replay of a durable execution is a repeat here: it gets the answer that was committed, not its own.
      const operation = described && { ...described, owner: uniqueId(), fence: undefined };
      if (operation) useRecordOnce(request, operation.id);
      const done = readFirst && store && operation ? await committer.doneBefore({ operation, store }) : undefined;
      if (done) {
        noteReplay(request, running, done.record);
        return await answers.early(request, answers.replay(incoming, done));
      }
      const collected = collectWrites(marshallOptions);
      const subject = operation ?? { owner: uniqueId(), requestId: lambdaContextOf(incoming.context).awsRequestId };
      const run: Run = { request, collected, operation, subject, incoming, deadlineMs, ranMs: stopwatch() };
      running.start(request, run, (run, watch, answer) => {
        if (watch.phase === 'after') return settle(run, watch, answer);
        run.collected.close();
        return undefined;
      });
      extendContext(request, { writes: collected.writes });
    } catch (error) {
      await answers.early(request, answers.refusal(incoming, error));
    }
  };

  const after = async (request: Request): Promise<void> => {
    const response = await running.responseOf(request);
    answers.returned(request);
    const taken = running.take(request);
    request.response = taken ? await settle(taken.run, taken.watch, response) : response;
  };

  const onError = async (request: Request): Promise<void> => {
    running.take(request)?.run.collected.close();
    await answers.thrown(request);
  };

  return { before, after, onError };
};
