import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
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

export const withoutConditions = mutant(({ input }) => [
  new TransactWriteItemsCommand({
    ...input,
    TransactItems: input.TransactItems?.map((item) => {
      if (!item.Put) return item;
      const { ConditionExpression: _, ...Put } = item.Put;
      return { Put };
    }),
  }),
]);
