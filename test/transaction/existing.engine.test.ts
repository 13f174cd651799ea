import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, NumberValue } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Duplicate, UniqueIndexOptions, Writes } from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { unique } from './harness.ts';

const account = { region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const beyond = '12345678901234567890.5';

onEachEngine((database) => {
  const { createTable, request } = unique(database);

  /** What a client tells of an item whose numbers are beyond a double. */
  const foundBy = async (
    options: UniqueIndexOptions,
    write?: (writes: Writes, found: (item: unknown) => void) => void,
  ) => {
    const orders = await createTable();
    const Item = { id: { S: '1' }, small: { N: '0.5' }, large: { N: '9007199254740993' }, beyond: { N: beyond } };
    await database.client.send(new PutItemCommand({ TableName: orders.tableName, Item }));
    const told: unknown[] = [];
    const onDuplicate = ({ existing }: Duplicate) => void told.push(existing);
    await request((writes) => (write ? write(writes, (item) => told.push(item)) : writes.insert(orders, { id: '1' })), {
      ...options,
      onDuplicate,
    } as UniqueIndexOptions);
    return { told, orders };
  };

  describe('G115: what is there already', () => {
    it('is told with numbers beyond a double as bigint or NumberValue', async () => {
      const { told } = await foundBy({});
      expect(told).toEqual([
        { id: '1', small: 0.5, large: 9007199254740993n, beyond: expect.objectContaining({ value: beyond }) },
      ]);
    });

    it.each([
      ['wrapNumbers: true', true, NumberValue.from],
      ['wrapNumbers of one’s own', (text: string) => `number ${text}`, (text: string) => `number ${text}`],
    ])('is told as the user’s client reads it: %s', async (_how, wrapNumbers, read) => {
      const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...account, endpoint: database.endpoint }), {
        unmarshallOptions: { wrapNumbers },
      });
      const { told } = await foundBy({ client });
      expect(told).toEqual([{ id: '1', small: read('0.5'), large: read('9007199254740993'), beyond: read(beyond) }]);
    });

    it('refuses with DUPLICATE, whatever numbers are in it', async () => {
      const { orders } = await foundBy({});
      expect(await request((writes) => writes.insert(orders, { id: '1' }))).toMatchObject({ statusCode: 409 });
    });

    it('names the owner of a value that is taken, and what is taken', async () => {
      const orders = await createTable(['orderNo', ['a', 'b']]);
      await request((writes) => writes.insert(orders, { id: '1', orderNo: 'A', a: 1, b: 2 }));
      const told: unknown[] = [];
      const onDuplicate = (duplicate: Duplicate) => void told.push(duplicate);
      await request((writes) => writes.insert(orders, { id: '2', a: 1, b: 2 }), { onDuplicate });
      expect(told).toEqual([{ tableName: orders.tableName, attributes: ['a', 'b'], existing: { id: '1' } }]);
      const otherwise = (existing: unknown, taken: unknown) => void told.push([existing, taken]);
      const change = (from: string, to: string) =>
        request((writes) => {
          writes.update(orders, { id: '1' }, {}, { changes: { orderNo: { from, to } }, otherwise });
        });
      await change('stale', 'B');
      await request((writes) => writes.insert(orders, { id: '3', orderNo: 'C' }));
      await change('A', 'C');
      expect(told.slice(1)).toEqual([
        [{ id: '1', orderNo: 'A', a: 1, b: 2 }, undefined],
        [{ id: '3' }, ['orderNo']],
      ]);
    });
  });
});
