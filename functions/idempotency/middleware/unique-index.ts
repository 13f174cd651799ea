import { randomUUID } from 'node:crypto';
import type { MiddlewareObj, Request } from '@middy/core';
import { defaultRemainingMs } from '../base/deadline.ts';
import { checkOptions, hasMethods, isBoolean, isFunction } from '../base/option-rules.ts';
import type { ClientBinding } from '../dynamodb/api/client-binding.ts';
import type { DynamoDBApi } from '../dynamodb/api/dynamodb-api.ts';
import type { SdkClient } from '../dynamodb/api/sdk/sdk-client.ts';
import type { DynamoDBStore } from '../dynamodb/dynamodb-store.ts';
import type { WritesContext } from '../protocol/context.ts';
import { isDisabled } from '../protocol/disabled.ts';
import { reporter } from '../protocol/event.ts';
import { storeUnavailable } from '../protocol/refusal.ts';
import { lambdaContextOf } from '../request/durable.ts';
import { type HttpRequest, toHttpRequest } from '../request/http/request.ts';
import { withoutCookies } from '../request/http/response.ts';
import type { KeySource } from '../request/key/key.ts';
import type { Operation } from '../request/operation.ts';
import { createCommitter, type Duplicate } from '../transaction/committer.ts';
import { type CollectedWrites, collectWrites } from '../transaction/writes.ts';
import { answerRefusal, answerReplay, isFailure } from './answer.ts';
import { onEarlyAnswer, type Phase } from './early-answer.ts';
import { handlerMayStillRun } from './early-timeout.ts';
import { operationByKey } from './keyed-operation.ts';
import { defaultRetentionSeconds, type OperationOptions, operationRules } from './options.ts';
import { useRecordOnce } from './record-use.ts';

interface CommitOptions extends Pick<OperationOptions, 'timeoutEarlyInMillis' | 'onEvent' | 'now'> {
  /**
   * Decides the answer when an insert finds its primary key or a unique attribute taken.
   * @default refuses with `DUPLICATE`
   */
  onDuplicate?: (duplicate: Duplicate) => unknown;
}

/** Unique inserts alone: a repeat is refused as a duplicate. */
export interface UnkeyedOptions extends CommitOptions {
  key?: never;
  /** @default one client per execution environment, see `dynamoDBStore` */
  client?: SdkClient | DynamoDBApi;
}

/** Unique inserts and a remembered answer, in one transaction: a repeat gets the first answer. */
export interface KeyedOptions
  extends CommitOptions,
    Pick<OperationOptions, 'namespace' | 'scope' | 'fingerprint' | 'retentionSeconds'> {
  /** What names the operation, for instance `fromHeader('Idempotency-Key')`. */
  key: KeySource;
  /**
   * Lets a request without a key pass with unique inserts alone.
   * @default false
   */
  optional?: boolean;
  /** @default dynamoDBStore() */
  store?: DynamoDBStore;
}

export type UniqueIndexOptions = UnkeyedOptions | KeyedOptions;

interface Running {
  collected: CollectedWrites;
  operation: Operation | undefined;
  http: HttpRequest | undefined;
  deadlineMs: number;
}

export interface UniqueIndex {
  /**
   * Gives the handler `context.writes`, and does what it collected there when the handler has returned: all in one transaction,
   * each insert only if it is new. So effects that live in DynamoDB happen exactly once, updates included. A handler that throws,
   * or answers with a status of 500 and above, has written nothing.
   *
   * @throws {TypeError} at load, when an option is unknown, wrong or without effect, or no table is named
   * @throws {IdempotencyError} per request, when it isn't an HTTP request: `DUPLICATE`, `CONDITION_FAILED`, `STORE_UNAVAILABLE`, and
   * with `key` also `ILLEGAL_ARGUMENT`, `IN_PROGRESS`, `PAYLOAD_MISMATCH`, `RESULT_UNAVAILABLE`
   */
  (options?: UniqueIndexOptions): MiddlewareObj<unknown, unknown, Error, WritesContext>;
}

export const uniqueIndexOn =
  (openStore: () => DynamoDBStore, binding: ClientBinding): UniqueIndex =>
  (options = {}) => {
    check(options, binding);
    const { now = Date.now, onDuplicate, timeoutEarlyInMillis } = options;
    const disabled = isDisabled();
    const keyed = options.key && !disabled ? { ...options, store: options.store ?? openStore() } : undefined;
    const client = keyed ? keyed.store.client : binding.open(options.key ? options.store?.client : options.client);
    const describe = options.key && operationByKey({ ...options, optional: options.optional });
    const retentionSeconds = keyed?.retentionSeconds ?? defaultRetentionSeconds;
    const commitWrites = createCommitter({
      client,
      retentionSeconds,
      onDuplicate,
      now,
      report: reporter(options.onEvent),
    });
    const marshallOptions = {
      removeUndefinedValues: true,
      ...client.marshallOptions,
      // The SDK's document client sets this on the options it was given, for commands of its own.
      convertTopLevelContainer: false,
    };
    const runningByRequest = new WeakMap<Request, Running>();

    const before = async (request: Request): Promise<void> => {
      const { event, context } = request;
      const http = toHttpRequest(event);
      const deadlineMs = now() + (lambdaContextOf(context).getRemainingTimeInMillis?.() ?? defaultRemainingMs);
      try {
        const described = await describe?.(event, context);
        // The replay of a durable execution is a repeat here: it gets the answer that was committed, not its own.
        const operation = described && { ...described, owner: randomUUID() };
        if (operation) useRecordOnce(request, operation.id);
        const collected = collectWrites(marshallOptions);
        runningByRequest.set(request, { collected, operation, http, deadlineMs });
        onEarlyAnswer(request, (phase, answer) => settleEarly(request, phase, answer));
        Object.assign(context, { writes: collected.writes });
      } catch (error) {
        request.earlyResponse = answerRefusal(error, http);
      }
    };

    const takeRunning = (request: Request): Running | undefined => {
      const running = runningByRequest.get(request);
      runningByRequest.delete(request);
      return running;
    };

    const finish = async ({ collected, operation, http, deadlineMs }: Running, response: unknown): Promise<unknown> => {
      const writes = collected.close();
      const remainingMs = deadlineMs - now();
      if (isFailure(response, http)) return response;
      if (handlerMayStillRun({ error: undefined, remainingMs, timeoutEarlyInMillis })) {
        if (writes.length === 0 && !operation) return response;
        throw storeUnavailable(
          new Error(`No time is left to write: ${remainingMs} ms until the invocation's deadline.`),
        );
      }
      const settlement = await commitWrites({
        writes,
        remembered: keyed &&
          operation && { operation, store: keyed.store, result: http ? withoutCookies(response) : response },
        owner: operation?.owner ?? randomUUID(),
        deadlineMs,
      });
      if (settlement.kind === 'answered') return settlement.answer;
      if (settlement.kind === 'committed') return response;
      return answerReplay(settlement.outcome, http);
    };

    const settle = async (request: Request, response: unknown): Promise<unknown> => {
      const running = takeRunning(request);
      if (!running) return response;
      try {
        return await finish(running, response);
      } catch (error) {
        return answerRefusal(error, running.http);
      }
    };

    const settleEarly = (request: Request, phase: Phase, answer: unknown): Promise<unknown> | undefined => {
      if (!runningByRequest.has(request)) return undefined;
      if (phase === 'after') return settle(request, answer);
      takeRunning(request)?.collected.close();
      return undefined;
    };

    const after = async (request: Request): Promise<void> => {
      request.response = await settle(request, request.response);
    };

    const onError = (request: Request): void => {
      takeRunning(request)?.collected.close();
    };

    return { before, after, onError };
  };

const check = (options: UniqueIndexOptions, { rule }: ClientBinding): void => {
  const { namespace, scope, fingerprint, retentionSeconds, timeoutEarlyInMillis, onEvent, now } = operationRules;
  const common = { onDuplicate: isFunction, timeoutEarlyInMillis, onEvent, now };
  if (options.key === undefined) {
    checkOptions('uniqueIndex (without `key`)', options, { ...common, client: rule, key: isFunction });
  } else {
    checkOptions('uniqueIndex (with `key`)', options, {
      ...common,
      key: isFunction,
      optional: isBoolean,
      store: hasMethods('completedPut'),
      namespace,
      scope,
      fingerprint,
      retentionSeconds,
    });
  }
};
