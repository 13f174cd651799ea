import { describe, it } from 'vitest';
import { dynamoDBStore, type IdempotencyStore } from '../../functions/idempotency/entries/main.ts';
import { storeContract } from '../../functions/idempotency/entries/testing.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { otherAttributes } from '../support/other-attributes.ts';

const keepsTheContract = (createStore: () => Promise<IdempotencyStore>): void => {
  it.each(storeContract(createStore))('$name', ({ run }) => run());
};

onEachEngineAndClient(({ openClient, createTable }) => {
  const client = openClient();

  keepsTheContract(async () => dynamoDBStore({ tableName: await createTable(), client }));

  describe('with a partition key and attributes of other names', () => {
    keepsTheContract(async () => {
      const tableName = await createTable({ partitionKey: 'pk' });
      return dynamoDBStore({ tableName, client, partitionKey: 'pk', attributes: otherAttributes });
    });
  });

  describe('with a sort key, in a table shared with other data', () => {
    keepsTheContract(async () => {
      const tableName = await createTable({ partitionKey: 'PK', sortKey: 'SK' });
      return dynamoDBStore({ tableName, client, partitionKey: 'PK', sortKey: 'SK', keyPrefix: 'idempotency#' });
    });
  });
});
