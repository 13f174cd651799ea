import middy from '@middy/core';
import {
  type DynamoDBStore,
  idempotencyKey,
  makeIdempotent,
  uniqueIndex,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { lambdaContext } from '../support/lambda.ts';

/** What the user says names a request. */
export interface Naming {
  // biome-ignore lint/suspicious/noExplicitAny: each test calls with events of its own
  [option: string]: (event: any, context: any) => unknown;
}

/** Something guarded: every run answers with a number of its own, a repeat with that of the first. */
export type Guarded = (event: unknown) => Promise<unknown>;

/** Guards something by the way that users do. */
export type Guard = (naming: Naming) => Guarded;

const counted = () => {
  let runs = 0;
  return async (_event: unknown) => {
    runs += 1;
    return { run: runs };
  };
};

const inLambda = (handler: unknown): Guarded => {
  const called = handler as (event: unknown, context: unknown) => Promise<unknown>;
  return async (event) => called(event, lambdaContext());
};

export const byIdempotencyKey: Guard = (naming) =>
  inLambda(middy(counted()).use(idempotencyKey({ ...naming, store: memoryStore() })));

export const byMakeIdempotent: Guard = (naming) =>
  inLambda(makeIdempotent(counted(), { name: 'run', ...naming, store: memoryStore() }));

export const byUniqueIndex =
  (store: DynamoDBStore): Guard =>
  ({ key = () => 'k', ...naming }) =>
    inLambda(middy(counted()).use(uniqueIndex({ key, ...naming, store, namespace: crypto.randomUUID() })));
