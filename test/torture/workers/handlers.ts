import { setTimeout as sleep } from 'node:timers/promises';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type {
  DynamoDBApi,
  DynamoDBStore,
  IdempotencyEvent,
  IdempotencyInfo,
  Writes,
} from '../../../functions/idempotency/entries/main.ts';
import type { EntryPoint } from '../entry-points.ts';
import type { HandlerLine } from '../history/history.ts';
import type { Library } from './library.ts';
import type { InvocationRequest, Tables } from './messages.ts';
import { orderWrites } from './orders.ts';
import { userWrites } from './users.ts';

export interface HandlerSettings {
  library: Library;
  api: DynamoDBApi;
  store: DynamoDBStore;
  tables: Tables;
  now: () => number;
  answersEarly: boolean;
  onEvent: (event: IdempotencyEvent) => void;
  /** Resolves when the parent has the line. */
  record: (request: InvocationRequest, line: HandlerLine) => Promise<void>;
  requestOf: (context: Context) => InvocationRequest;
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** What a run leaves behind besides its answer. */
type Effect = (request: InvocationRequest, context: Context) => Promise<void> | void;

type GivenContext = Context & { idempotency?: IdempotencyInfo; writes?: Writes };

/** A handler for each way into the library; all of them do as their invocation was told. */
export const createHandlers = (settings: HandlerSettings): Record<EntryPoint, Handler> => {
  const { library, api, store, tables, now, answersEarly, onEvent, record, requestOf } = settings;
  const { fromHeader, idempotencyKey, makeIdempotent, singleUseToken, uniqueIndex } = library;
  const common = { onEvent, now };
  const early = answersEarly ? {} : { timeoutEarlyInMillis: 0 };
  const { order, single } = orderWrites(tables);
  const anyVerb = userWrites(tables, api);

  const perform = async (context: Context, info: IdempotencyInfo | undefined, effect: Effect) => {
    const request = requestOf(context);
    const { invocation, plan } = request;
    const { attempt, previous } = (info ?? {}) as { attempt?: number; previous?: string };
    await record(request, {
      kind: 'started',
      ...(attempt !== undefined && { attempt }),
      ...(previous !== undefined && { previous }),
    });
    const fail = async () => {
      await record(request, { kind: 'ended', how: 'threw' });
      throw new Error(`${invocation} ${plan.ending}`);
    };
    if (plan.ending === 'throws before') await fail();
    await sleep(plan.workMs);
    await effect(request, context);
    if (plan.ending === 'throws after') await fail();
    const failed = plan.ending === 'answers 500';
    const value = { run: invocation, filler: 'x'.repeat(plan.fillerLength) };
    await record(request, {
      kind: 'ended',
      ...(failed ? { how: 'answered 500' } : { how: 'returned', body: JSON.stringify(value) }),
    });
    return { failed, value };
  };

  const recorded: Effect = (request) => record(request, { kind: 'effect' });

  const guarded = (middleware: MiddlewareObj<unknown, unknown, Error, never>, effect: Effect = recorded): Handler => {
    const handler = async (_event: unknown, context: GivenContext) => {
      const { failed, value } = await perform(context, context.idempotency, effect);
      return failed ? { statusCode: 500, body: 'failed' } : { statusCode: 201, body: JSON.stringify(value) };
    };
    return middy(handler as never, early).use(middleware as never) as unknown as Handler;
  };

  const writing =
    (write: (writes: Writes, operation: string, run: string) => Promise<void> | void): Effect =>
    ({ operation, invocation }, context) =>
      write((context as GivenContext).writes as Writes, operation, invocation);

  const wrapped = makeIdempotent(
    async (_order: { orderNo: string }, context: Context) => {
      const { failed, value } = await perform(context, library.currentOperation(), recorded);
      if (failed) throw new Error('the run failed after its end');
      return value;
    },
    { ...common, store, name: 'wrapped', key: ({ orderNo }) => orderNo },
  );

  const guard = { ...common, store };
  return {
    key: guarded(idempotencyKey(guard)),
    'key-reject': guarded(idempotencyKey({ ...guard, afterCrash: 'reject' })),
    'key-wait': guarded(idempotencyKey({ ...guard, wait: { upToMs: 300 }, readFirst: true })),
    token: guarded(singleUseToken({ ...common, store }) as never),
    'token-retain': guarded(singleUseToken({ ...guard, retainResult: true })),
    wrapped: (event, context) => wrapped({ orderNo: JSON.parse((event as { body: string }).body).orderNo }, context),
    unique: guarded(uniqueIndex({ ...common, client: api }) as never, writing(order)),
    'unique-single': guarded(uniqueIndex({ ...common, client: api }) as never, writing(single)),
    verbs: guarded(uniqueIndex({ ...common, client: api }) as never, writing(anyVerb)),
    'unique-key': guarded(uniqueIndex({ ...guard, key: fromHeader('Idempotency-Key') }) as never, writing(order)),
  };
};
