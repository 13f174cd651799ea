import type { DynamoDBStore } from '../../../functions/idempotency/entries/main.ts';
import type { Plant } from './plant.ts';

const look = (store: DynamoDBStore, id: string) => store.read({ id, nowMs: 0, consistent: true });

/** Under Middy, whoever comes after its deadline holds its claim and writes nothing; a wrapped function always writes. */
const overtaken = { outlives: 0.4, killed: 0 };

/** A completion that whoever comes last may write. */
export const completesForAnyone: Plant = {
  entries: ['wrapped'],
  finds: ['overtaken-run-completed'],
  load: overtaken,
  store: (real) => ({
    complete: async (request) => {
      const record = await look(real, request.id);
      return real.complete({ ...request, owner: record?.owner ?? request.owner });
    },
  }),
};

/** The first result is remembered, for nobody. */
export const dropsCompletions: Plant = {
  entries: ['key', 'token-retain', 'wrapped'],
  finds: ['forgotten', 'run-after-completion'],
  store: () => ({ complete: async () => 'written' }),
};

/** As a clean-up after every failure would: whose record it is doesn't matter. */
export const releasesForAnyone: Plant = {
  entries: ['wrapped'],
  finds: ['two-live-runs', 'run-after-completion'],
  load: { ...overtaken, throwsAfter: 0.5 },
  store: (real) => ({
    release: async ({ id }) => {
      await real.client.deleteItem({ TableName: real.tableName, Key: { id: { S: id } } });
      return 'written';
    },
  }),
};

/** A failed run, or a claim that nobody knows of, holds the operation, although the library believes that it is free. */
export const dropsReleases: Plant = {
  entries: ['key', 'key-reject'],
  finds: ['ghost'],
  store: () => ({ release: async () => 'written', undo: async () => undefined }),
};

export const changesReplays: Plant = {
  entries: ['key', 'token-retain'],
  finds: ['replay-changed'],
  store: (real) => ({
    claim: async (request, signal) => {
      const outcome = await real.claim(request, signal);
      if (outcome.claimed || outcome.record?.result?.encoding !== 'json') return outcome;
      const { record } = outcome;
      const data = outcome.record.result.data.replace('run', 'Run');
      return { claimed: false, record: { ...record, result: { encoding: 'json', data } } };
    },
  }),
};

export const restartsAttempts: Plant = {
  entries: ['key', 'wrapped'],
  finds: ['attempt-restarted'],
  load: { killed: 0.3 },
  store: (real) => ({
    claim: async (request, signal) => {
      const outcome = await real.claim(request, signal);
      return outcome.claimed ? { ...outcome, attempt: 1 } : outcome;
    },
  }),
};

export const skipsAttempts: Plant = {
  entries: ['key', 'wrapped'],
  finds: ['attempt-of-nobody'],
  load: { killed: 0.3 },
  store: (real) => ({
    claim: async (request, signal) => {
      const outcome = await real.claim(request, signal);
      return outcome.claimed && outcome.attempt > 1 ? { ...outcome, attempt: outcome.attempt + 20 } : outcome;
    },
  }),
};

export const takesOverLiveLeases: Plant = {
  entries: ['key', 'wrapped'],
  finds: ['two-live-runs'],
  load: { outlives: 0.2 },
  store: (real) => ({
    claim: (request, signal) => real.claim({ ...request, nowMs: request.nowMs + 60_000 }, signal),
  }),
};

export const rerunsAfterCrash: Plant = {
  entries: ['key-reject'],
  finds: ['run-after-crash'],
  load: { killed: 0.3 },
  store: (real) => ({ claim: (request, signal) => real.claim({ ...request, takeOver: true }, signal) }),
};

export const consumesAlways: Plant = {
  entries: ['token'],
  finds: ['token-ran-twice'],
  store: (real) => ({
    consume: async (request, signal) => {
      await real.consume(request, signal);
      return 'consumed';
    },
  }),
};

/** A token is refused as used, whoever comes. */
export const refusesTokens: Plant = {
  entries: ['token'],
  finds: ['token-lost'],
  store: () => ({ consume: async () => 'refused' }),
};
