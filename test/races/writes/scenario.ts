import middy from '@middy/core';
import type { Scheduler } from 'fast-check';
import { uniqueIndex, type WritesContext } from '../../../functions/idempotency/entries/main.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';
import { currentInvocation } from '../invocation.ts';
import { type Plan, uneventful } from '../plan.ts';
import { type Call, createStage } from '../stage.ts';
import { type Answer, momentsOf, type Trace } from '../trace.ts';
import { createDatabase, type Database } from './database.ts';
import { orders, partitionKeys, stock, type WritingOperation } from './operations.ts';
import { scheduledClient } from './scheduled-client.ts';

export interface WritesScenarioOptions {
  operation: WritingOperation;
  database?: (partitionKeys: Readonly<Record<string, string>>) => Database;
}

/** What came of a plan. */
export interface WritesOutcome {
  trace: Trace;
  /** The answer to one more request after everything else. */
  lastAnswer: Answer | undefined;
  orders: number;
  sold: number;
}

/** The invocations of a plan, as requests of one operation whose effects are writes. */
export const runWrites = async (
  scheduler: Scheduler,
  plan: Plan,
  { operation, database: create = createDatabase }: WritesScenarioOptions,
): Promise<WritesOutcome> => {
  const { trace, run, runLast } = createStage(scheduler, plan);
  const database = create(partitionKeys);
  const handle = async (_event: unknown, { writes }: WritesContext): Promise<unknown> => {
    const { index, plan: mine, note, turn, survive } = currentInvocation();
    operation.write(writes, index);
    await turn('returns');
    await survive('in the handler');
    if (mine.outcome === 'throws') throw new RangeError('declined');
    if (mine.outcome === 'answers 500') return { statusCode: 500, body: 'declined' };
    const response = { statusCode: 201, body: JSON.stringify({ execution: index, payload: mine.payload }) };
    note({ type: 'returned', response });
    return response;
  };
  const common = { now: () => currentInvocation().now(), onEvent: () => undefined };
  const handler = middy(handle, { timeoutEarlyInMillis: 0 }).use(
    uniqueIndex(operation.options(scheduledClient(database), common)),
  );
  const headers: Record<string, string> = operation.hasKey ? { 'idempotency-key': 'order-1' } : {};
  const call: Call = ({ plan: { payload }, remainingMs }) =>
    handler(
      httpApiEvent({ headers, body: { payload } }) as never,
      lambdaContext({ getRemainingTimeInMillis: remainingMs }) as never,
    ) as Promise<unknown>;

  await run(call);
  const [committed] = momentsOf(trace, 'committed');
  const { payload } = plan.invocations[committed?.invocation ?? 0] ?? uneventful;
  const lastAnswer = await runLast(call, { payload }, { afterLeases: false });
  const placed = database.items(orders.tableName).filter(({ orderId }) => orderId?.S?.startsWith('order'));
  const sold = Number(database.items(stock.tableName)[0]?.['sold']?.N ?? 0);
  return { trace, lastAnswer, orders: placed.length, sold };
};
