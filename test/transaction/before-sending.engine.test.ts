import { describe, expect, it } from 'vitest';
import type { Table, Writes } from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { outcomeOf, unique } from './harness.ts';

const condition = { ConditionExpression: 'attribute_exists(a)' };
const update = { UpdateExpression: 'SET a = b' };

onEachEngine((database) => {
  const { createTable, createTableOfType, request, send, itemsOf } = unique(database);

  /** A client that fails when it is asked for anything. */
  const silent = new Proxy({} as never, {
    get: (_target, name) =>
      name.toString().endsWith('Options')
        ? undefined
        : () => {
            throw new Error('something was sent');
          },
  });

  const refusal = async (write: (writes: Writes, table: Table) => void): Promise<unknown> => {
    const orders: Table = { tableName: 'orders', partitionKey: 'id', unique: ['orderNo'] };
    return request((writes) => write(writes, orders), { client: silent }).catch((error: unknown) => error);
  };

  describe('G114: before anything is sent', () => {
    it.each<[string, (writes: Writes, table: Table) => void, string]>([
      ['an item without its key', (writes, table) => writes.insert(table, { orderNo: 'A' }), '`id` of the item'],
      ['a key that is null', (writes, table) => writes.insert(table, { id: null }), 'is missing'],
      ['an empty key', (writes, table) => writes.insert(table, { id: '' }), 'is empty'],
      ['a key that is a truth', (writes, table) => writes.check(table, { id: true }, condition), 'must be a string'],
      ['a key that is too long', (writes, table) => writes.insert(table, { id: 'x'.repeat(2049) }), '2048 bytes'],
      [
        'a number as a key beside guards',
        (writes, table) => writes.insert(table, { id: 1, orderNo: 'A' }),
        'guards: {',
      ],
      [
        'an item above 400 KB',
        (writes, table) => writes.insert(table, { id: '1', text: 'x'.repeat(410_000) }),
        '409600',
      ],
      ['no item', (writes, table) => writes.insert(table, undefined as never), 'must be an object'],
      ['no table', (writes) => writes.insert({ tableName: '', partitionKey: 'id' }, { id: '1' }), '`tableName`'],
      ['no partition key', (writes) => writes.insert({ tableName: 't' } as never, { id: '1' }), '`partitionKey`'],
      [
        'an unknown field of a table',
        (writes, table) => writes.insert({ ...table, uniqe: [] } as never, { id: '1' }),
        '`uniqe`',
      ],
      [
        'the same constraint twice',
        (writes, table) =>
          writes.insert(
            {
              ...table,
              unique: [
                ['a', 'b'],
                ['b', 'a'],
              ],
            },
            { id: '1' },
          ),
        'different constraints',
      ],
      ['an empty constraint', (writes, table) => writes.insert({ ...table, unique: [[]] }, { id: '1' }), '`unique`'],
      [
        'guards without constraints',
        (writes) =>
          writes.insert(
            { tableName: 't', partitionKey: 'id', guards: { tableName: 'g', partitionKey: 'id' } },
            { id: '1' },
          ),
        'no effect',
      ],
      [
        'an unknown option',
        (writes, table) => writes.insert(table, { id: '1' }, { unique: ['a'] } as never),
        '`unique`',
      ],
      [
        'a wrong `otherwise`',
        (writes, table) => writes.insert(table, { id: '1' }, { otherwise: 'no' as never }),
        '`otherwise`',
      ],
      [
        'an unknown field of a condition',
        (writes, table) => writes.check(table, { id: '1' }, { ...condition, Key: {} } as never),
        '`Key`',
      ],
      [
        'parentheses that don’t match',
        (writes, table) => writes.update(table, { id: '1' }, { ...update, ConditionExpression: 'a = b) OR (a = b' }),
        'parentheses',
      ],
      ['a check of nothing', (writes, table) => writes.check(table, { id: '1' }, {} as never), '`ConditionExpression`'],
      ['an update of nothing', (writes, table) => writes.update(table, { id: '1' }, {}), '`UpdateExpression`'],
      [
        'an expression that can’t be read',
        (writes, table) => writes.update(table, { id: '1' }, { UpdateExpression: 'REMOVE remove' }),
        'cannot tell which attributes',
      ],
      [
        'a change of what is not unique',
        (writes, table) => writes.update(table, { id: '1' }, update, { changes: { a: { to: 1 } } }),
        '`a`',
      ],
      [
        'a change of a key',
        (writes, table) =>
          writes.update({ ...table, unique: ['id'] }, { id: '1' }, update, { changes: { id: { to: 1 } } }),
        '`id`',
      ],
      [
        'a change in other words',
        (writes, table) => writes.update(table, { id: '1' }, update, { changes: { orderNo: { become: 1 } as never } }),
        'must be { from, to }',
      ],
    ])('%s is refused with the cure', async (_what, write, message) => {
      expect(String(await refusal(write))).toContain(message);
    });

    it.each<[string, (writes: Writes, table: Table) => void]>([
      ['put', (writes, table) => writes.put(table, { id: 'unique-guard#orderNo#x' }, undefined, { replaces: {} })],
      ['inserted', (writes, table) => writes.insert(table, { id: 'unique-guard#' })],
      ['updated', (writes, table) => writes.update(table, { id: 'unique-guard#x' }, update)],
      ['deleted', (writes, table) => writes.delete(table, { id: 'unique-guard#x', a: 1 })],
      ['checked', (writes, table) => writes.check(table, { id: 'unique-guard#x' }, condition)],
      [
        'put through a declaration without constraints',
        (writes, { unique: _, ...table }) => writes.put(table, { id: 'unique-guard#x' }),
      ],
    ])('an item with the key of a guard can’t be %s', async (_how, write) => {
      expect(String(await refusal(write))).toContain('Choose another key');
    });

    it.each<[string, (writes: Writes, table: Table) => void]>([
      [
        'put and checked',
        (writes, table) => {
          writes.put(table, { id: '1' }, undefined, { replaces: {} });
          writes.check(table, { id: '1' }, condition);
        },
      ],
      [
        'updated twice',
        (writes, table) => {
          writes.update(table, { id: '1' }, update);
          writes.update(
            { ...table, tableName: `arn:aws:dynamodb:eu-west-1:1:table/${table.tableName}` },
            { id: '1' },
            update,
          );
        },
      ],
      [
        'inserted and deleted',
        (writes, table) => {
          writes.insert(table, { id: '1', orderNo: 'A' });
          writes.delete(table, { id: '1', orderNo: 'A' });
        },
      ],
    ])('one item that is %s in one request is refused', async (_how, write) => {
      expect(String(await refusal(write))).toContain('twice');
    });

    it('a table that is declared in two ways in one request is refused', async () => {
      const error = await refusal((writes, { unique: _, ...table }) => {
        writes.insert({ ...table, unique: ['orderNo'] }, { id: '1' });
        writes.insert(table, { id: '2' });
      });
      expect(String(error)).toContain('declared in two ways');
    });

    it('one value, or one key, twice in a request is a duplicate', async () => {
      const values = await refusal((writes, table) => {
        writes.insert(table, { id: '1', orderNo: 1000 });
        writes.insert(table, { id: '2', orderNo: 1000n });
      });
      expect(outcomeOf(values as never)).toBe('DUPLICATE');
      const keys = await refusal((writes, table) => {
        writes.insert(table, { id: '1' });
        writes.insert(table, { id: '1' });
      });
      expect(outcomeOf(keys as never)).toBe('DUPLICATE');
    });

    it('who decides about duplicates is told whose the value is in the request', async () => {
      const orders = await createTable();
      const told: unknown[] = [];
      const insert = (writes: Writes) => {
        writes.insert(orders, { id: '1', orderNo: 'A' });
        writes.insert(
          orders,
          { id: '2', orderNo: 'A' },
          {
            otherwise: (...found) => {
              told.push(found);
              return { statusCode: 400 };
            },
          },
        );
      };
      expect(await request(insert)).toEqual({ statusCode: 400 });
      expect(told).toEqual([[{ id: '1' }, ['orderNo']]]);
      expect(await itemsOf(orders)).toEqual([]);
    });

    it('more than 100 items, guards and the record among them, are refused; 100 are done', async () => {
      const orders = await createTable();
      const insert = (count: number) => (writes: Writes) => {
        for (let id = 0; id < count; id += 1) writes.insert(orders, { id: `${id}`, orderNo: id });
      };
      await expect(request(insert(51), { client: silent })).rejects.toThrow(
        '51 writes, 51 guards of unique values are 102 items',
      );
      expect(await send(insert(50))).toBe(201);
      expect(await itemsOf(orders)).toHaveLength(50);
    });

    it('items of more than 4 MB are refused', async () => {
      const error = await refusal((writes, table) => {
        for (let id = 0; id < 11; id += 1) writes.insert(table, { id: `${id}`, text: 'x'.repeat(390_000) });
      });
      expect(String(error)).toContain('one DynamoDB transaction takes at most 4194304');
    });

    it('a key of another type than the table’s is told by DynamoDB, and nothing is written', async () => {
      const tableName = await createTableOfType('N');
      await expect(send((writes) => writes.insert({ tableName, partitionKey: 'id' }, { id: '1' }))).rejects.toThrow(
        tableName,
      );
      expect(await database.items(tableName)).toEqual([]);
    });
  });
});
