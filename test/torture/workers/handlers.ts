import { setTimeout as sleep } from 'node:timers/promises';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type {
  Decision,
  DynamoDBApi,
  DynamoDBStore,
  IdempotencyEvent,
  IdempotencyInfo,
  IdempotencyStore,
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
  store: IdempotencyStore;
  /** The same store and its client, where that is DynamoDB: for what writes to tables. */
  onDynamoDB: { api: DynamoDBApi; store: DynamoDBStore } | undefined;
  tables: Tables;
  now: () => number;
  answersEarly: boolean;
  onEvent: (event: IdempotencyEvent) => void;
  /** Resolves when the parent has the line. */
  record: (request: InvocationRequest, line: HandlerLine) => Promise<void>;
  requestOf: () => InvocationRequest;
  /** What the library calls besides: it may throw. */
  callback: () => void;
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** What a run leaves behind besides its answer. */
type Effect = (request: InvocationRequest, context: Context) => Promise<void> | void;

/** Longer than a try, so that the next one goes on under it. */
const durableLeaseMs = 3000;

interface Order {
  orderNo: string;
  amount: number;
}

type GivenContext = Context & { idempotency?: IdempotencyInfo; writes?: Writes };

/** A handler for each way into the library; all of them do as their invocation was told. */
export const createHandlers = (settings: HandlerSettings): Partial<Record<EntryPoint, Handler>> => {
  const { library, store, onDynamoDB, tables, now, answersEarly, onEvent, record, requestOf, callback } = settings;
  const { fromHeader, idempotencyKey, makeIdempotent, singleUseToken, uniqueIndex } = library;
  const common = { onEvent, now };
  const early = answersEarly ? {} : { timeoutEarlyInMillis: 0 };

  const perform = async (context: Context, info: IdempotencyInfo | undefined, effect: Effect) => {
    const request = requestOf();
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
    // Only an answer can say that nothing was done.
    if (plan.ending === 'answers 422' && request.entry === 'wrapped') await fail();
    if (plan.ending === 'answers 422') {
      await record(request, { kind: 'ended', how: 'answered 422' });
      return { statusCode: 422, value: undefined };
    }
    await effect(request, context);
    if (plan.ending === 'throws after') await fail();
    const value = { run: invocation, filler: 'x'.repeat(plan.fillerLength) };
    if (plan.ending === 'returns') {
      await record(request, { kind: 'ended', how: 'returned', body: JSON.stringify(value) });
      return { statusCode: 201, value };
    }
    const [statusCode, how] =
      plan.ending === 'cannot tell' ? ([504, 'could not tell'] as const) : ([500, 'answered 500'] as const);
    await record(request, { kind: 'ended', how });
    return { statusCode, value: undefined };
  };

  /** What `storeResponse` and `keepErrors` decide: the default, and that nobody knows. */
  const decide = (statusCode: number): Decision => {
    callback();
    return statusCode === 504 ? 'unknown' : statusCode < 400;
  };

  const keepErrors = (error: unknown): Decision => decide((error as { statusCode?: number }).statusCode ?? 500);

  const recorded: Effect = (request) => record(request, { kind: 'effect' });

  const guarded = (middleware: MiddlewareObj<unknown, unknown, Error, never>, effect: Effect = recorded): Handler => {
    const handler = async (_event: unknown, context: GivenContext) => {
      const { statusCode, value } = await perform(context, context.idempotency, effect);
      return { statusCode, body: value ? JSON.stringify(value) : 'failed' };
    };
    return middy(handler as never, early).use(middleware as never) as unknown as Handler;
  };

  const writing =
    (write: (writes: Writes, operation: string, run: string) => Promise<void> | void): Effect =>
    ({ operation, invocation }, context) =>
      write((context as GivenContext).writes as Writes, operation, invocation);

  const wrapped = makeIdempotent(
    async (_order: Order, context: Context) => {
      const { statusCode, value } = await perform(context, library.currentOperation(), recorded);
      if (!value) throw Object.assign(new Error('the run failed after its end'), { statusCode });
      return value;
    },
    { ...common, store, name: 'wrapped', key: ({ orderNo }) => orderNo, keepErrors },
  );

  const guard = {
    ...common,
    store,
    keepErrors,
    storeResponse: (response: { statusCode: number }) => decide(response.statusCode),
  };
  const writers = ({ api, store }: NonNullable<HandlerSettings['onDynamoDB']>) => {
    const { order, single } = orderWrites(tables);
    const anyVerb = userWrites(tables, api);
    return {
      unique: guarded(uniqueIndex({ ...common, client: api }) as never, writing(order)),
      'unique-single': guarded(uniqueIndex({ ...common, client: api }) as never, writing(single)),
      verbs: guarded(uniqueIndex({ ...common, client: api }) as never, writing(anyVerb)),
      'unique-key': guarded(
        uniqueIndex({ ...common, store, key: fromHeader('Idempotency-Key') }) as never,
        writing(order),
      ),
    };
  };
  const durable = guarded(idempotencyKey({ ...guard, leaseMs: durableLeaseMs }));
  return {
    key: guarded(idempotencyKey(guard)),
    'key-reject': guarded(idempotencyKey({ ...guard, afterCrash: 'reject' })),
    'key-wait': guarded(idempotencyKey({ ...guard, wait: { upToMs: 300 }, readFirst: true })),
    token: guarded(singleUseToken({ ...common, store }) as never),
    'token-retain': guarded(singleUseToken({ ...guard, retainResult: true })),
    wrapped: (event, context) => wrapped(JSON.parse((event as { body: string }).body), context),
    durable: (event, context) => {
      const executionContext = { durableExecutionArn: requestOf().execution };
      return durable(event, { lambdaContext: context, executionContext } as unknown as Context);
    },
    ...(onDynamoDB && writers(onDynamoDB)),
  };
};
