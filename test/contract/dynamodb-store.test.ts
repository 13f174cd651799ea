import { dynamoDBStore } from '../../functions/idempotency/index.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { storeContract } from './store-contract.ts';

onEachEngine((database) => {
  storeContract(async () => dynamoDBStore({ tableName: await database.createTable(), client: database.client }));
});
