import { aboutRecord, type IdempotencyError } from '../base/error.ts';
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
  handlerMs: number;
  deadlineMs: number;
}

/** What the request's answer is: the handler's, that of the first request, or one made from the write that was refused. */
export type Settlement =
  | { kind: 'committed' }
  | ({ kind: 'replayed' } & Replay)
  | { kind: 'answered'; answer: unknown };

export type Commit = (submission: Submission) => Promise<Settlement>;

/** Commits what a handler has collected, and turns what came of it into an answer. */
export const createCommitter = (settings: CommitterSettings): Commit => {
  const { client, retentionSeconds, encryption, onDuplicate, now, report } = settings;
  const answer = answerRefused({ onDuplicate, toItem: unmarshaller(client.unmarshallOptions) });

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

  const settle = async ({ writes, remembered, subject, handlerMs, deadlineMs }: Submission): Promise<Settlement> => {
    const record = remembered && (await toRecordWrite(remembered));
    const elapsedMs = stopwatch();
    const tell = (type: IdempotencyEventType, details?: EventDetails) =>
      report(type, subject, { ...details, handlerMs, storeMs: elapsedMs() });
    const commission = { writes, record, owner: subject.owner, deadlineMs };
    const outcome = await commitInTime(commission, { client, now, report: tell });
    if (outcome.kind === 'refused') {
      tell('refused', { code: outcome.write.uniqueAttributes ? 'DUPLICATE' : 'CONDITION_FAILED' });
      return { kind: 'answered', answer: await answer(outcome.write, outcome.existing) };
    }
    if (outcome.kind === 'repeated' && remembered) {
      const { operation, store } = remembered;
      const reader = { overflow: store.overflow, encryption, now };
      const replayed = await outcomeOf(outcome.record, operation, now(), 'Idempotency-Key', reader).catch(
        (error: IdempotencyError) => {
          tell(...refusalEvent(error));
          throw error;
        },
      );
      tell('replayed', redactedOf(replayed));
      return { kind: 'replayed', outcome: replayed, record: outcome.record };
    }
    tell('committed');
    return { kind: 'committed' };
  };

  /**
   * @throws {IdempotencyError} when a repeat can't be answered, a condition fails without `otherwise`, or DynamoDB is unavailable
   * @throws {Error} DynamoDB's own, when it refuses the writes as invalid
   */
  return (submission) =>
    settle(submission).catch((error: unknown) => {
      throw submission.remembered ? aboutRecord(error, submission.remembered.operation.id) : error;
    });
};
