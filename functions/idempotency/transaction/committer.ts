import { admissionMs, withTimeLimit } from '../base/deadline.ts';
import { aboutRecord, type IdempotencyError } from '../base/error.ts';
import { storeUnavailable } from '../base/refusals.ts';
import { stopwatch } from '../base/stopwatch.ts';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import type { Replay } from '../protocol/claim.ts';
import {
  type EventDetails,
  type EventSubject,
  type IdempotencyEventType,
  type Report,
  refusalEvent,
} from '../protocol/event.ts';
import { createResultKeeper } from '../protocol/overflow.ts';
import { outcomeOf, redactedOf } from '../protocol/replay.ts';
import type { Encryption } from '../record/encryption.ts';
import type { IdempotencyRecord } from '../record/record.ts';
import { encodeOutcome, type Outcome, type UnkeptOutcome } from '../record/result.ts';
import type { Operation } from '../request/operation.ts';
import { answerRefused, type Duplicate } from './answer-refused.ts';
import { commitInTime } from './commit-in-time.ts';
import type { RecordWrite } from './commit-outcome.ts';
import type { PendingWrite } from './pending-write.ts';
import { unmarshaller } from './unmarshalling.ts';

export interface CommitterSettings {
  client: DynamoDBApi;
  retentionSeconds: number;
  encryption: Encryption | undefined;
  onDuplicate: ((duplicate: Duplicate) => unknown) | undefined;
  now: () => number;
  report: Report;
}

/** An operation whose answer is to be remembered together with its writes. */
export interface Remembered {
  operation: Operation;
  store: DynamoDBStore;
  outcome: Outcome | UnkeptOutcome;
}

export interface Submission {
  writes: readonly PendingWrite[];
  remembered: Remembered | undefined;
  /** The operation, or the invocation where answers are not remembered. */
  subject: EventSubject & { owner: string };
  isHttp: boolean;
  handlerMs: number;
  deadlineMs: number;
}

type Tell = (type: IdempotencyEventType, details?: EventDetails) => void;

/** What the request's answer is: the handler's, that of the first request, or one made from the write that was refused. */
export type Settlement =
  | { kind: 'committed' }
  | ({ kind: 'replayed' } & Replay)
  | { kind: 'answered'; answer: unknown };

export interface Committer {
  /**
   * Commits what a handler has collected, and turns what came of it into an answer.
   *
   * @throws {IdempotencyError} when a repeat can't be answered, a condition fails without `otherwise`, or DynamoDB is unavailable
   * @throws {Error} DynamoDB's own, when it refuses the writes as invalid
   */
  commit(submission: Submission): Promise<Settlement>;
  /**
   * The answer of an operation that was done before, by one read: `undefined` if there is none to be seen, which the commit judges.
   *
   * @throws {IdempotencyError} when a repeat can't be answered, or DynamoDB is unavailable
   */
  doneBefore(done: Pick<Remembered, 'operation' | 'store'>): Promise<Replay | undefined>;
}

export const createCommitter = (settings: CommitterSettings): Committer => {
  const { client, retentionSeconds, encryption, onDuplicate, now, report } = settings;
  const answer = answerRefused({ onDuplicate, report, toItem: unmarshaller(client.unmarshallOptions) });

  const toRecordWrite = async ({ operation, store, outcome }: Remembered): Promise<RecordWrite> => {
    const { id, owner, fingerprint } = operation;
    const nowMs = now();
    const expiresAtSeconds = Math.ceil(nowMs / 1000) + retentionSeconds;
    const keep = createResultKeeper({ overflow: store.overflow, encryption, now, report });
    const kept = await keep(await encodeOutcome(outcome, store.bytesBesides?.(operation)), operation, expiresAtSeconds);
    const { keyHash, requestId } = operation;
    const put = store.completedPut({
      id,
      owner,
      fingerprint,
      keyHash,
      requestId,
      result: kept,
      nowMs,
      expiresAtSeconds,
    });
    return { put, toRecord: store.toRecord };
  };

  const replay = async (
    record: IdempotencyRecord,
    { operation, store }: Pick<Remembered, 'operation' | 'store'>,
    tell: Tell,
  ): Promise<Replay> => {
    try {
      const reader = { overflow: store.overflow, encryption, now };
      const outcome = await outcomeOf(record, operation, now(), 'Idempotency-Key', reader);
      tell('replayed', redactedOf(outcome));
      return { outcome, record };
    } catch (error) {
      tell(...refusalEvent(error as IdempotencyError));
      throw error;
    }
  };

  const readCompleted = async (done: Pick<Remembered, 'operation' | 'store'>): Promise<Replay | undefined> => {
    const { operation, store } = done;
    const elapsedMs = stopwatch();
    const tell: Tell = (type, details) => report(type, operation, { ...details, storeMs: elapsedMs() });
    const request = { id: operation.id, nowMs: now(), consistent: false };
    const record = await withTimeLimit(admissionMs(operation.deadlineMs - now()), (signal) =>
      store.read(request, signal),
    ).catch((error: unknown) => {
      tell('store-unavailable', { error });
      throw storeUnavailable(error);
    });
    return record?.status === 'COMPLETED' ? replay(record, done, tell) : undefined;
  };

  const settle = async ({
    writes,
    remembered,
    subject,
    isHttp,
    handlerMs,
    deadlineMs,
  }: Submission): Promise<Settlement> => {
    const record = remembered && (await toRecordWrite(remembered));
    const elapsedMs = stopwatch();
    const tell: Tell = (type, details) => report(type, subject, { ...details, handlerMs, storeMs: elapsedMs() });
    const commission = { writes, record, owner: subject.owner, deadlineMs };
    const outcome = await commitInTime(commission, { client, now, report: tell });
    if (outcome.kind === 'refused') {
      tell('refused', { code: outcome.write.uniqueAttributes ? 'DUPLICATE' : 'CONDITION_FAILED' });
      return {
        kind: 'answered',
        answer: await answer({ write: outcome.write, found: outcome.existing, subject, isHttp }),
      };
    }
    if (outcome.kind === 'repeated' && remembered) {
      return { kind: 'replayed', ...(await replay(outcome.record, remembered, tell)) };
    }
    tell('committed');
    return { kind: 'committed' };
  };

  const about =
    (operation: Operation | undefined) =>
    (error: unknown): never => {
      throw operation ? aboutRecord(error, operation.id) : error;
    };
  return {
    commit: (submission) => settle(submission).catch(about(submission.remembered?.operation)),
    doneBefore: (done) => readCompleted(done).catch(about(done.operation)),
  };
};
