import { DynamoDB, type PutItemInput } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DynamoDBApi } from '../../../functions/idempotency/dynamodb/api/dynamodb-api.ts';
import { onEachEngine } from '../../support/dynamodb.ts';
import { credentials, leanAt, region } from './harness.ts';

interface Outcome {
  output?: object;
  error?: Record<string, unknown>;
  httpStatusCode: unknown;
  attempts: unknown;
  totalRetryDelay: unknown;
}

/** What a call came to, in the words that both clients share, whatever the table is called. */
const outcomeOf = async (call: Promise<{ $metadata?: object }>, table: string): Promise<Outcome> => {
  const isAlike = ({ httpStatusCode, attempts, totalRetryDelay }: Record<string, unknown>) => ({
    httpStatusCode,
    attempts,
    totalRetryDelay,
  });
  try {
    const { $metadata, ...output } = await call;
    return { output, ...isAlike($metadata as Record<string, unknown>) };
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Error);
    const { name, message, $fault, Item, CancellationReasons, ThrottlingReasons, $metadata } = thrown as Record<
      string,
      unknown
    >;
    const unnamed = String(message).replaceAll(table, '<table>');
    const error = { name, message: unnamed, $fault, Item, CancellationReasons, ThrottlingReasons };
    return { error, ...isAlike($metadata as Record<string, unknown>) };
  }
};

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

onEachEngine((database) => {
  let sdk: DynamoDB;
  let lean: DynamoDBApi;
  let TableName: string;

  beforeAll(async () => {
    sdk = new DynamoDB({ endpoint: database.endpoint, region, credentials });
    lean = leanAt(database.endpoint);
    TableName = await database.createTable();
  });

  /** Does the same by both clients, each with a table of its own. */
  const expectSame = async (
    act: (
      api: Pick<DynamoDB, Exclude<keyof DynamoDBApi, 'marshallOptions' | 'unmarshallOptions' | 'warmUp'>>,
      table: string,
    ) => Promise<object>,
  ): Promise<Outcome> => {
    const [theirTable, ourTable] = [await database.createTable(), await database.createTable()];
    const theirs = await outcomeOf(act(sdk, theirTable), theirTable);
    const ours = await outcomeOf(act(lean as never, ourTable), ourTable);
    expect(ours).toStrictEqual(theirs);
    return ours;
  };

  const nested = (): PutItemInput['Item'] => ({
    id: { S: '1' },
    B: { S: 'an attribute whose name is a type' },
    BS: { L: [{ S: 'so is this one' }] },
    yes: { BOOL: true },
    none: { NULL: true },
    count: { N: '12.5' },
    names: { SS: ['a', 'b'] },
    bytes: { B: bytes(0, 1, 254, 255) },
    manyBytes: { BS: [bytes(1), bytes(2, 3)] },
    map: {
      M: { B: { B: bytes(9) }, list: { L: [{ B: Buffer.from('buffer') }, { M: { deep: { BS: [bytes(7)] } } }] } },
    },
    text: { S: 'ünï 😀 "B" \u2028' },
  });

  describe('G30: outputs like the SDK’s', () => {
    it('of a put that replaces nothing, and of one that returns what it replaced', async () => {
      await expectSame((api, table) => api.putItem({ TableName: table, Item: nested() }));
      const replaced = await expectSame(async (api, table) => {
        await api.putItem({ TableName: table, Item: nested() });
        return api.putItem({ TableName: table, Item: { id: { S: '1' } }, ReturnValues: 'ALL_OLD' });
      });
      expect(replaced).toHaveProperty('output.Attributes.bytes.B', bytes(0, 1, 254, 255));
    });

    it('of a get, with every type of attribute', async () => {
      const found = await expectSame(async (api, table) => {
        await api.putItem({ TableName: table, Item: nested() });
        return api.getItem({ TableName: table, Key: { id: { S: '1' } }, ConsistentRead: true });
      });
      const { Item } = (found as { output: { Item: Record<string, { B: object }> } }).output;
      expect(Object.getPrototypeOf(Item['bytes']?.B)).toBe(Uint8Array.prototype);
    });

    it('of a get that finds nothing', async () => {
      await expectSame((api, table) => api.getItem({ TableName: table, Key: { id: { S: 'none' } } }));
    });

    it.each(['ALL_OLD', 'ALL_NEW', 'UPDATED_NEW', 'NONE'] as const)(
      'of an update that returns %s',
      async (ReturnValues) => {
        await expectSame(async (api, table) => {
          await api.putItem({ TableName: table, Item: nested() });
          return api.updateItem({
            TableName: table,
            Key: { id: { S: '1' } },
            UpdateExpression: 'SET #bytes = :bytes, #map = :map ADD #count :one',
            ExpressionAttributeNames: { '#bytes': 'bytes', '#map': 'map', '#count': 'count' },
            ExpressionAttributeValues: {
              ':bytes': { B: bytes(5) },
              ':map': { M: { a: { B: bytes(6) } } },
              ':one': { N: '1' },
            },
            ReturnValues,
          });
        });
      },
    );

    it('of a scan, page by page', async () => {
      await expectSame(async (api, table) => {
        for (const id of ['1', '2', '3']) await api.putItem({ TableName: table, Item: { ...nested(), id: { S: id } } });
        const { LastEvaluatedKey } = await api.scan({ TableName: table, Limit: 2 });
        return api.scan({ TableName: table, ConsistentRead: true, ExclusiveStartKey: LastEvaluatedKey });
      });
    });

    it('of a delete', async () => {
      await expectSame(async (api, table) => {
        await api.putItem({ TableName: table, Item: nested() });
        return api.deleteItem({ TableName: table, Key: { id: { S: '1' } }, ReturnValues: 'ALL_OLD' });
      });
    });

    it('of a transaction, and of what it wrote', async () => {
      const written = await expectSame(async (api, table) => {
        const { $metadata: _, ...output } = await api.transactWriteItems({
          TransactItems: [
            { Put: { TableName: table, Item: nested() } },
            {
              Update: {
                TableName: table,
                Key: { id: { S: '2' } },
                UpdateExpression: 'SET b = :b',
                ExpressionAttributeValues: { ':b': { B: bytes(3) } },
              },
            },
          ],
        });
        expect(output).toEqual({});
        return api.getItem({ TableName: table, Key: { id: { S: '2' } }, ConsistentRead: true });
      });
      expect(written).toHaveProperty('output.Item.b.B', bytes(3));
    });

    it('of consumed capacity and item collections', async () => {
      await expectSame(async (api, table) => {
        const { ConsumedCapacity, ...output } = await api.putItem({
          TableName: table,
          Item: nested(),
          ReturnConsumedCapacity: 'TOTAL',
        });
        expect(ConsumedCapacity).toMatchObject({ TableName: table, CapacityUnits: 1 });
        return output as object;
      });
    });
  });

  describe('G30: errors like the SDK’s', () => {
    const conditional = { ConditionExpression: 'attribute_not_exists(id)' };
    const allOld = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

    it('of a put whose condition fails, with the item that is there', async () => {
      const refused = await expectSame(async (api, table) => {
        await api.putItem({ TableName: table, Item: nested() });
        return api.putItem({ TableName: table, Item: { id: { S: '1' } }, ...conditional, ...allOld });
      });
      expect(refused).toMatchObject({ error: { name: 'ConditionalCheckFailedException' }, httpStatusCode: 400 });
      expect(refused).toHaveProperty('error.Item.bytes.B', bytes(0, 1, 254, 255));
    });

    it('of an update and a delete whose condition fails, without the item', async () => {
      const failing = { ConditionExpression: 'attribute_exists(id)' };
      const Key = { id: { S: 'none' } };
      await expectSame((api, table) =>
        api.updateItem({ TableName: table, Key, UpdateExpression: 'SET a = id', ...failing }),
      );
      await expectSame((api, table) => api.deleteItem({ TableName: table, Key, ...failing }));
    });

    it('of a transaction that is cancelled, with its reasons and items', async () => {
      const cancelled = await expectSame(async (api, table) => {
        await api.putItem({ TableName: table, Item: nested() });
        return api.transactWriteItems({
          TransactItems: [
            { Put: { TableName: table, Item: { id: { S: '2' } } } },
            { Put: { TableName: table, Item: { id: { S: '1' } }, ...conditional, ...allOld } },
          ],
        });
      });
      expect(cancelled).toMatchObject({ error: { name: 'TransactionCanceledException' } });
      expect(cancelled).toHaveProperty('error.CancellationReasons[1].Item.bytes.B', bytes(0, 1, 254, 255));
    });

    it('of a request that is not valid', async () => {
      const invalid = await expectSame((api, table) =>
        api.putItem({ TableName: table, Item: { id: { S: '1' } }, ConditionExpression: 'nonsense(' }),
      );
      expect(invalid).toMatchObject({ error: { name: 'ValidationException', $fault: 'client' } });
    });

    it('of an item without its key', async () => {
      await expectSame((api, table) => api.putItem({ TableName: table, Item: { other: { S: '1' } } }));
    });

    it('of a table that is not there', async () => {
      const unknown = await expectSame((api) => api.getItem({ TableName: 'nowhere', Key: { id: { S: '1' } } }));
      expect(unknown).toMatchObject({ error: { name: 'ResourceNotFoundException' } });
    });

    it('of a transaction’s token that was used for another', async () => {
      const ClientRequestToken = crypto.randomUUID();
      await expectSame(async (api, table) => {
        const token = `${ClientRequestToken.slice(0, 30)}${api === sdk ? 'theirs' : 'ours'}`;
        const put = (id: string) =>
          api.transactWriteItems({
            ClientRequestToken: token,
            TransactItems: [{ Put: { TableName: table, Item: { id: { S: id } } } }],
          });
        await put('1');
        return put('2');
      });
    });
  });

  it('leaves an input with bytes as it was', async () => {
    const Item = nested();
    await lean.putItem({ TableName, Item });
    expect(Item).toStrictEqual(nested());
  });
});
