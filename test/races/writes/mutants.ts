import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { createDatabase, type Database } from './database.ts';

type Create = (partitionKeys: Readonly<Record<string, string>>) => Database;

/** A database that is sent something else than the library has sent. */
const mutant =
  (change: (command: TransactWriteItemsCommand) => TransactWriteItemsCommand[]): Create =>
  (partitionKeys) => {
    const database = createDatabase(partitionKeys);
    return {
      ...database,
      execute: async (command, options) => {
        if (!(command instanceof TransactWriteItemsCommand)) return database.execute(command, options);
        for (const changed of change(command)) await database.execute(changed, options);
        return 'written';
      },
    };
  };

export const withoutRequestTokens = mutant(({ input }) => {
  const { ClientRequestToken: _, ...others } = input;
  return [new TransactWriteItemsCommand(others)];
});

/** Last write first, so that an update is done before the insert that should have prevented it. */
export const oneWriteAtATime = mutant(({ input }) =>
  (input.TransactItems ?? []).toReversed().map((item) => new TransactWriteItemsCommand({ TransactItems: [item] })),
);

/** Changes each write by itself, or leaves it out. */
const eachWrite = (change: (item: TransactWriteItem) => TransactWriteItem | undefined): Create =>
  mutant(({ input }) => {
    const TransactItems = input.TransactItems?.flatMap((item) => change(item) ?? []) ?? [];
    return TransactItems.length > 0 ? [new TransactWriteItemsCommand({ ...input, TransactItems })] : [];
  });

const withoutCondition = <Write extends { ConditionExpression?: string | undefined }>({
  ConditionExpression: _,
  ...write
}: Write): Omit<Write, 'ConditionExpression'> => write;

export const withoutConditions = eachWrite((item) => (item.Put ? { Put: withoutCondition(item.Put) } : item));

const isGuard = ({ Put, Delete }: TransactWriteItem): boolean =>
  Object.values(Put?.Item ?? Delete?.Key ?? {}).some(({ S = '' }) => S.startsWith('unique-guard#'));

/** Gives a value to whoever asks for it. */
export const takingGuardsOfOthers = eachWrite((item) =>
  item.Put && isGuard(item) ? { Put: withoutCondition(item.Put) } : item,
);

/** Believes what a request says of the item that it changes. */
export const believingWhatIsSaid = eachWrite((item) => {
  if (isGuard(item)) return item;
  const { Put, Update, Delete } = item;
  if (Put) return { Put: withoutCondition(Put) };
  if (Update) return { Update: withoutCondition(Update) };
  return Delete ? { Delete: withoutCondition(Delete) } : item;
});

export const forgettingToTake = eachWrite((item) => (item.Put && isGuard(item) ? undefined : item));

export const forgettingToFree = eachWrite((item) => (item.Delete && isGuard(item) ? undefined : item));
