import { toNumber, toText } from '../../dynamodb/attributes.ts';
import { createConditionalWrites } from '../../dynamodb/conditional-writes.ts';
import { neverWritten } from '../../dynamodb/conditions.ts';
import { createRecordStore, type DynamoDBStore, type StoreSettings } from '../../dynamodb/dynamodb-store.ts';
import type { CompleteRequest } from '../../record/store.ts';

/**
 * The store on records that Powertools writes too. Its middleware, when it refuses a duplicate, deletes the record of the request
 * that is running: so what was deleted meanwhile may be completed all the same.
 */
export const powertoolsStore = (settings: StoreSettings): DynamoDBStore => {
  const { tableName, client, format } = settings;
  const store = createRecordStore(settings);
  const { attemptWrite } = createConditionalWrites(settings);
  const condition = format.express({ ConditionExpression: neverWritten });

  const completeDeleted = async ({ id, owner, result, expiresAtSeconds }: CompleteRequest, signal?: AbortSignal) => {
    const Item = format.toItem(id, {
      status: toText('COMPLETED'),
      owner: toText(owner),
      expiresAt: toNumber(expiresAtSeconds),
      attempts: toNumber(1),
      ...format.encode(result),
    });
    const put = client.putItem({ TableName: tableName, Item, ...condition }, { abortSignal: signal });
    const { refused } = await attemptWrite('PutItem', put);
    return refused ? 'lost' : 'written';
  };

  return {
    ...store,
    complete: async (request, signal) => {
      const outcome = await store.complete(request, signal);
      return outcome === 'lost' ? completeDeleted(request, signal) : outcome;
    },
  };
};
