import { describe, expect, it } from 'vitest';
import type { Table } from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { unique } from './harness.ts';

onEachEngine((database) => {
  const { createTableOfType, send, itemsOf, holdersIn } = unique(database);

  const tables = async (type: 'N' | 'B') => {
    const guards = { tableName: await database.createTable({ partitionKey: 'guard' }), partitionKey: 'guard' };
    const declare = async (): Promise<Table> => ({
      tableName: await createTableOfType(type),
      partitionKey: 'id',
      unique: ['orderNo'],
      guards,
    });
    return [await declare(), await declare()] as const;
  };

  describe('G116: guards in a table of their own', () => {
    it('hold the values of a table whose keys are numbers, by every verb', async () => {
      const [orders] = await tables('N');
      expect(await send((writes) => writes.insert(orders, { id: 1, orderNo: 'A' }))).toBe(201);
      expect(await send((writes) => writes.insert(orders, { id: 2, orderNo: 'A' }))).toBe('DUPLICATE');
      const changes = { orderNo: { from: 'A', to: 'B' } };
      expect(await send((writes) => writes.update(orders, { id: 1 }, {}, { changes }))).toBe(201);
      expect(await send((writes) => writes.insert(orders, { id: 2, orderNo: 'A' }))).toBe(201);
      expect(await send((writes) => writes.delete(orders, { id: 1, orderNo: 'B' }))).toBe(201);
      expect(await itemsOf(orders)).toEqual([{ id: 2, orderNo: 'A' }]);
      expect(await holdersIn(orders)).toEqual(['2']);
    });

    it('hold those of several tables apart', async () => {
      const [one, other] = await tables('B');
      const id = new Uint8Array([1]);
      expect(await send((writes) => writes.insert(one, { id, orderNo: 'A' }))).toBe(201);
      expect(await send((writes) => writes.insert(other, { id, orderNo: 'A' }))).toBe(201);
      expect(await send((writes) => writes.delete(one, { id, orderNo: 'A' }))).toBe(201);
      expect(await database.items(other.guards?.tableName ?? '')).toHaveLength(1);
    });
  });
});
