import { CreateTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { createClient } from './dynamodb-client.ts';
import type { TableModel } from './model.ts';

/** Creates the tables as the template defines them. */
export async function createTables(endpoint: string, tables: TableModel[]): Promise<void> {
  const client = createClient(endpoint);
  try {
    for (const { name, definition, timeToLiveAttribute } of tables) {
      await client.send(new CreateTableCommand(definition));
      if (timeToLiveAttribute === undefined) continue;
      await client.send(
        new UpdateTimeToLiveCommand({
          TableName: name,
          TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
        }),
      );
    }
  } finally {
    client.destroy();
  }
}
