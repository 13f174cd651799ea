import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import middy from '@middy/core';
import fc, { type IAsyncPropertyWithHooks, type Scheduler } from 'fast-check';
import { expect } from 'vitest';
import { uniqueIndex, type WritesContext } from '../../../functions/idempotency/entries/main.ts';
import { collectWrites } from '../../../functions/idempotency/transaction/collect-writes.ts';
import { type Act, perform, type User, users } from '../../support/acts.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';
import { brokenUniqueness } from '../../support/uniqueness.ts';
import { currentInvocation } from '../invocation.ts';
import { type Plan, plans } from '../plan.ts';
import { createStage } from '../stage.ts';
import { type Answer, momentsOf, type Trace } from '../trace.ts';
import { commitLimits } from './check.ts';
import { createDatabase, type Database } from './database.ts';
import { acts, firstUsers } from './drawn-acts.ts';
import { scheduledClient } from './scheduled-client.ts';

type CreateDatabase = (partitionKeys: Readonly<Record<string, string>>) => Database;

export interface MixedOutcome {
  /** What was wrong with the table, after each write that broke it. */
  broken: readonly string[];
  trace: Trace;
  plan: Plan;
}

export type MixedProperty = (outcome: MixedOutcome) => void;

export type DrawnActs = [Scheduler, Plan, Act[], User[]];

const maxInvocations = 5;

/** Each invocation of a plan does one of the acts. */
const runActs = async (
  scheduler: Scheduler,
  plan: Plan,
  drawn: readonly Act[],
  first: readonly User[],
  create: CreateDatabase,
): Promise<MixedOutcome> => {
  const database = create({ users: 'id' });
  const judge = brokenUniqueness();
  const broken: string[] = [];
  const items = () => database.items(users.tableName);
  const execute: Database['execute'] = async (...request) => {
    const outcome = await database.execute(...request);
    const what = judge(items());
    if (what !== undefined) broken.push(what);
    return outcome;
  };
  const { writes: seed, close } = collectWrites({});
  for (const user of first) seed.insert(users, { ...user });
  const TransactItems = close().map(({ request }) => request);
  if (TransactItems.length > 0) await execute(new TransactWriteItemsCommand({ TransactItems }));

  const read = (id: string) => {
    const found = items().find((item) => item['id']?.S === id);
    return found && (unmarshall(found) as User);
  };
  const { trace, run } = createStage(scheduler, plan);
  const handle = async (_event: unknown, { writes }: WritesContext): Promise<unknown> => {
    const { index, turn } = currentInvocation();
    perform(writes, drawn[index] as Act, read);
    await turn('returns');
    return { statusCode: 201, body: '' };
  };
  const handler = middy(handle, { timeoutEarlyInMillis: 0 }).use(
    uniqueIndex({
      client: scheduledClient({ ...database, execute }),
      now: () => currentInvocation().now(),
      onEvent: () => undefined,
    }),
  );
  await run(
    ({ remainingMs }) =>
      handler(
        httpApiEvent() as never,
        lambdaContext({ getRemainingTimeInMillis: remainingMs }) as never,
      ) as Promise<unknown>,
  );
  return { broken, trace, plan };
};

/** Any schedule of any acts, with anything that can happen to commits, has the property. */
export const alwaysOfMixedVerbs = (
  property: MixedProperty,
  create: CreateDatabase = createDatabase,
): IAsyncPropertyWithHooks<DrawnActs> =>
  fc.asyncProperty(
    fc.scheduler(),
    plans(commitLimits),
    fc.array(acts, { minLength: maxInvocations, maxLength: maxInvocations }),
    firstUsers,
    async (scheduler, plan, drawn, first) => {
      property(await runActs(scheduler, plan, drawn, first, create));
    },
  );

export const guardsAreItems: MixedProperty = ({ broken }) => expect(broken).toEqual([]);

/** The code of a refusal. */
export const codeOf = ({ body }: Answer): unknown => (body.startsWith('{') ? JSON.parse(body).code : undefined);

/**
 * Who is told that it was done has done it, who is told that it may try again never does it, and who is refused has not done it:
 * unless one of its tries was still on its way when another was refused, which may be applied yet.
 */
export const answersAreTrue: MixedProperty = ({ trace, plan }) => {
  for (const [index, moment] of trace.entries()) {
    if (moment.type !== 'answered') continue;
    const isDoneIn = (moments: Trace) =>
      momentsOf(moments, 'committed').some(({ invocation }) => invocation === moment.invocation);
    const end = codeOf(moment.answer) ?? moment.answer.statusCode;
    if (end === 'OUTCOME_UNKNOWN') continue;
    if (end === 'STORE_UNAVAILABLE') expect([end, isDoneIn(trace)]).toEqual([end, false]);
    else if (end === 201 || !plan.invocations[moment.invocation]?.fates.settlement.includes('late')) {
      expect([end, isDoneIn(trace.slice(0, index))]).toEqual([end, end === 201]);
    }
  }
};
