import { describe } from 'vitest';
import { dynamoDBStore } from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { byUniqueIndex } from './entrances.ts';
import { namesExactly } from './exact-names.ts';

onEachEngine(({ createTable, openClient }) => {
  describe('under uniqueIndex', async () => {
    const store = dynamoDBStore({ tableName: await createTable(), client: openClient() });
    namesExactly(byUniqueIndex(store));
  });
});
