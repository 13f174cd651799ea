import { toNumber, toText } from '../../dynamodb/attributes.ts';
import { createConditionalWrites } from '../../dynamodb/conditional-writes.ts';
import { leaseOver, mine, neverWritten } from '../../dynamodb/conditions.ts';
import { createRecordStore, type DynamoDBStore, type StoreSettings } from '../../dynamodb/dynamodb-store.ts';
import { ownerValues } from '../../dynamodb/free-record.ts';
import type { CompleteRequest, Writer } from '../../record/store.ts';

/**
 * The store on records that Powertools writes too, and that therefore go as it expects: what failed is deleted. Its middleware, when it
 * refuses a duplicate, deletes the record of the request that is running: so what was deleted meanwhile may be completed all the same.
 */
export const powertoolsStore = (settings: StoreSettings): DynamoDBStore => {
  const { tableName, client, format } = settings;
  const store = createRecordStore(settings);
  const { attemptWrite, prepare, remove } = createConditionalWrites(settings);
  const unknown = format.express({ ConditionExpression: neverWritten });
  const removal = prepare({ ConditionExpression: mine });
  const abandoned = prepare({ ConditionExpression: leaseOver });

  const completeDeleted = async ({ id, owner, result, expiresAtSeconds }: CompleteRequest, signal?: AbortSignal) => {
    const Item = format.toItem(id, {
      status: toText('COMPLETED'),
      owner: toText(owner),
      expiresAt: toNumber(expiresAtSeconds),
      attempt: toNumber(1),
      ...format.encode(result),
    });
    const put = client.putItem({ TableName: tableName, Item, ...unknown }, { abortSignal: signal });
    const { refused } = await attemptWrite('PutItem', put);
    return refused ? 'lost' : 'written';
  };

  const removeRecord = ({ id, owner }: Writer & { id: string }, signal?: AbortSignal) =>
    remove(removal, id, ownerValues(settings, { owner }), signal);

  return {
    ...store,
    unsealable:
      'Powertools reads these records too, and would answer with the sealed bytes. Finish the change to dynamoDBStore first.',
    complete: async (request, signal) => {
      const outcome = await store.complete(request, signal);
      return outcome === 'lost' ? completeDeleted(request, signal) : outcome;
    },
    release: async (request, signal) => {
      if (request.end === 'unknown') return store.release(request, signal);
      const outcome = await removeRecord(request, signal);
      // Finding no record means that an earlier try was applied.
      return outcome.refused && outcome.record ? 'lost' : 'written';
    },
    resolve: async (request, signal) => {
      if (request.result) return store.resolve(request, signal);
      const { id, nowMs, holder } = request;
      const { refused, ...outcome } = holder
        ? await remove(removal, id, ownerValues(settings, { owner: holder.owner }), signal)
        : await remove(abandoned, id, { ':inProgress': toText(format.inProgress), ':nowMs': toNumber(nowMs) }, signal);
      if (!refused) return 'resolved';
      return 'record' in outcome && outcome.record
        ? outcome.record.status === 'IN_PROGRESS'
          ? 'busy'
          : 'settled'
        : 'absent';
    },
    undo: async (request, signal) => {
      await removeRecord(request, signal);
    },
  };
};
