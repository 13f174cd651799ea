import { IdempotencyConfig, makeIdempotent as theirMakeIdempotent } from '@aws-lambda-powertools/idempotency';
import { makeIdempotent } from '../../../functions/idempotency/entries/main.ts';
import { powertoolsRecords } from '../../../functions/idempotency/entries/powertools.ts';
import type { TestDatabase } from '../../support/dynamodb.ts';
import { persistenceLayer, type SharedOptions } from './powertools.ts';

type AnyFunction = (...args: unknown[]) => Promise<unknown>;
export type Wrap = (database: TestDatabase, fn: AnyFunction, options: SharedOptions) => AnyFunction;

/** What Powertools' `makeIdempotent` and `@idempotent` take. */
export const theirOptions = (database: TestDatabase, { keyPrefix, ...options }: SharedOptions) => ({
  persistenceStore: persistenceLayer(database.endpoint, options),
  config: new IdempotencyConfig(options as ConstructorParameters<typeof IdempotencyConfig>[0]),
  ...(keyPrefix && { keyPrefix }),
});

/** A function as it was: under Powertools. */
export const theirFunction: Wrap = (database, fn, options) =>
  theirMakeIdempotent(fn, theirOptions(database, options)) as AnyFunction;

/** The same function after the change. */
export const ourFunction =
  (more: { now?: () => number } = {}): Wrap =>
  (database, fn, options) =>
    makeIdempotent(fn, {
      name: 'charge',
      ...powertoolsRecords({ ...options, client: database.client }),
      leaseMs: 60_000,
      ...more,
    });
