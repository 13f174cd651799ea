import { describe } from 'vitest';
import { dynamoDBStore } from '../../functions/idempotency/index.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { otherAttributes } from '../support/other-attributes.ts';
import { storeContract } from './store-contract.ts';

onEachEngine(({ client, createTable }) => {
  storeContract(async () => dynamoDBStore({ tableName: await createTable(), client }));

  describe('with a partition key and attributes of other names', () => {
    storeContract(async () => {
      const tableName = await createTable({ partitionKey: 'pk' });
      return dynamoDBStore({ tableName, client, partitionKey: 'pk', attributes: otherAttributes });
    });
  });

  describe('with a sort key, in a table shared with other data', () => {
    storeContract(async () => {
      const tableName = await createTable({ partitionKey: 'PK', sortKey: 'SK' });
      return dynamoDBStore({ tableName, client, partitionKey: 'PK', sortKey: 'SK', keyPrefix: 'idempotency#' });
    });
  });
});
