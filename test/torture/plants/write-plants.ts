import type { DynamoDBApi } from '../../../functions/idempotency/entries/main.ts';
import type { Plant } from './plant.ts';

type Transact = DynamoDBApi['transactWriteItems'];
type TransactItem = NonNullable<Parameters<Transact>[0]['TransactItems']>[number];

/** Sends a transaction without the items that a plant leaves out. */
const without =
  (isLeftOut: (item: TransactItem) => boolean) =>
  (real: DynamoDBApi): Partial<DynamoDBApi> => ({
    transactWriteItems: (input, options) => {
      const TransactItems = input.TransactItems?.filter((item) => !isLeftOut(item));
      return real.transactWriteItems({ ...input, TransactItems }, options);
    },
  });

const isGuard = ({ Put }: TransactItem): boolean =>
  Object.values(Put?.Item ?? {}).some(({ S = '' }) => S.startsWith('unique-guard#'));

export const forgetsGuards: Plant = {
  entries: ['unique', 'unique-key'],
  finds: ['guard-missing'],
  api: without(isGuard),
};

const freesGuard = ({ Delete }: TransactItem): boolean =>
  Object.values(Delete?.Key ?? {}).some(({ S = '' }) => S.startsWith('unique-guard#'));

export const leavesGuards: Plant = {
  entries: ['verbs'],
  finds: ['guards-differ'],
  api: without(freesGuard),
};

/** Gives a value to whoever asks for it. */
export const takesGuardsOfOthers: Plant = {
  entries: ['verbs'],
  finds: ['guards-differ'],
  api: (real) => ({
    transactWriteItems: (input, options) => {
      const TransactItems = input.TransactItems?.map((item) => (isGuard(item) ? withoutCondition(item) : item));
      return real.transactWriteItems({ ...input, TransactItems }, options);
    },
  }),
};

const withoutCondition = ({ Put }: TransactItem): TransactItem => ({
  Put: { TableName: Put?.TableName, Item: Put?.Item },
});

export const forgetsUpdates: Plant = {
  entries: ['unique', 'unique-key'],
  finds: ['stock-wrong'],
  api: without(({ Update }) => Update !== undefined),
};

/** The effect is there, and the answer is not remembered with it. */
export const forgetsRecords: Plant = {
  entries: ['unique-key'],
  finds: ['forgotten'],
  api: without(({ Put }) => Put?.Item?.['fingerprint'] !== undefined),
};

export const dropsTransactions: Plant = {
  entries: ['unique', 'unique-key'],
  finds: ['answered-without-writes'],
  api: () => ({ transactWriteItems: async () => ({}) }),
};

/** Each try of a commit is a new transaction, that the one before refuses. */
export const forgetsItsToken: Plant = {
  entries: ['unique'],
  finds: ['own-write-called-duplicate'],
  api: (real) => ({
    transactWriteItems: async (input, options) => {
      await real.transactWriteItems(input, options);
      return real.transactWriteItems({ ...input, ClientRequestToken: crypto.randomUUID() }, options);
    },
  }),
};

/** An insert that replaces what is there. */
export const overwritesItems: Plant = {
  entries: ['unique-single'],
  finds: ['two-successes', 'answered-without-writes'],
  api: (real) => ({
    putItem: ({ ConditionExpression: condition, ...input }, options) =>
      real.putItem({ ...input, ConditionExpression: `(${condition}) OR NOT (${condition})` }, options),
  }),
};
