import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  backfillGuards,
  type CheckGuards,
  checkGuards,
  type GuardFinding,
  type Table,
} from '../../functions/idempotency/entries/main.ts';
import { onEachEngineAndClient } from '../support/dynamodb.ts';
import { unique } from './harness.ts';

onEachEngineAndClient((database) => {
  const { createTable, send, holdersIn } = unique(database);
  const client = database.openClient();

  /** Everything that is found, page after page. */
  const findings = async (audit: CheckGuards, table: Table, pageSize?: number): Promise<GuardFinding[]> => {
    const found: GuardFinding[] = [];
    for await (const page of audit(table, { client: client as never, ...(pageSize && { pageSize }) })) {
      found.push(...page.findings);
    }
    return found;
  };

  const problems = (found: GuardFinding[]) =>
    found.map(({ problem, key, mended }) => [problem, key['id'], mended]).sort();

  /** A table that declares nothing yet, with items in it. */
  const tableFromBefore = async (...items: { id: string; orderNo?: unknown }[]) => {
    const orders = await createTable();
    const { unique: _, ...unguarded } = orders;
    for (const item of items) await send((writes) => writes.insert(unguarded, item as never));
    return { orders, unguarded };
  };

  describe('G117: an audit of guards', () => {
    it('finds items without guards, and the backfill writes them: then the constraint holds', async () => {
      const { orders } = await tableFromBefore({ id: '1', orderNo: 'A' }, { id: '2', orderNo: 7 }, { id: '3' });
      expect(problems(await findings(checkGuards, orders))).toEqual([
        ['item without guard', '1', false],
        ['item without guard', '2', false],
      ]);
      expect(await holdersIn(orders)).toEqual([]);
      expect(problems(await findings(backfillGuards, orders))).toEqual([
        ['item without guard', '1', true],
        ['item without guard', '2', true],
      ]);
      expect(await findings(checkGuards, orders)).toEqual([]);
      expect(await findings(backfillGuards, orders)).toEqual([]);
      expect(await send((writes) => writes.insert(orders, { id: '4', orderNo: 'A' }))).toBe('DUPLICATE');
    });

    it('reports a value of two items, and mends neither', async () => {
      const { orders } = await tableFromBefore({ id: '1', orderNo: 'A' }, { id: '2', orderNo: 'A' });
      const found = await findings(backfillGuards, orders);
      expect(found.map(({ problem }) => problem).sort()).toEqual(['item without guard', 'value of two items']);
      const conflict = found.find(({ holder }) => holder);
      expect([conflict?.key['id'], conflict?.holder?.['id']].sort()).toEqual(['1', '2']);
      expect(conflict).toMatchObject({ attributes: ['orderNo'], mended: false });
      expect(await holdersIn(orders)).toEqual([conflict?.holder?.['id']]);
      expect(problems(await findings(checkGuards, orders))).toEqual([
        ['value of two items', conflict?.key['id'], false],
      ]);
    });

    it('finds guards whose items are gone or changed past them, and the backfill deletes them', async () => {
      const { orders, unguarded } = await tableFromBefore();
      for (const id of ['1', '2', '3']) await send((writes) => writes.insert(orders, { id, orderNo: id }));
      await send((writes) => writes.delete(unguarded, { id: '1' }));
      await send((writes) => writes.put(unguarded, { id: '2', orderNo: 'new' }));
      expect(problems(await findings(checkGuards, orders))).toEqual([
        ['guard without item', '1', false],
        ['guard without item', '2', false],
        ['item without guard', '2', false],
      ]);
      await findings(backfillGuards, orders);
      expect(await findings(checkGuards, orders)).toEqual([]);
      expect(await holdersIn(orders)).toEqual(['2', '3']);
    });

    it('gives the value of an item that is gone to the item that has it', async () => {
      const { orders, unguarded } = await tableFromBefore();
      await send((writes) => writes.insert(orders, { id: '1', orderNo: 'A' }));
      await send((writes) => writes.delete(unguarded, { id: '1' }));
      await send((writes) => writes.insert(unguarded, { id: '2', orderNo: 'A' }));
      await findings(backfillGuards, orders);
      expect(await holdersIn(orders)).toEqual(['2']);
    });

    it('leaves guards alone that another declaration may have made', async () => {
      const orders = await createTable(['orderNo', 'email']);
      await send((writes) => writes.insert(orders, { id: '1', orderNo: 'A', email: 'a' }));
      const found = await findings(backfillGuards, { ...orders, unique: ['orderNo'] });
      expect(found).toMatchObject([
        { problem: 'guard of an unknown constraint', attributes: ['email'], mended: false },
      ]);
      expect(await holdersIn(orders)).toEqual(['1', '1']);
    });

    it('goes on where a page ended', async () => {
      const ids = ['1', '2', '3', '4', '5'];
      const { orders } = await tableFromBefore(...ids.map((id) => ({ id, orderNo: id })));
      const first = await backfillGuards(orders, { client: client as never, pageSize: 2 }).next();
      expect(first.value).toMatchObject({ scanned: 2, findings: [{ mended: true }, { mended: true }] });
      const { startKey } = first.value ?? {};
      for await (const page of backfillGuards(orders, {
        client: client as never,
        startKey: JSON.parse(JSON.stringify(startKey)),
      })) {
        expect(page.startKey).toBeUndefined();
      }
      expect(await holdersIn(orders)).toEqual(ids);
      expect(await findings(checkGuards, orders, 1)).toEqual([]);
    });

    it('goes through the table of guards too, where they have one', async () => {
      const guards = { tableName: await database.createTable({ partitionKey: 'guard' }), partitionKey: 'guard' };
      const { orders, unguarded } = await tableFromBefore({ id: '1', orderNo: 'A' });
      const table = { ...orders, guards };
      await database.client.send(
        new PutItemCommand({ TableName: guards.tableName, Item: { guard: { S: 'unrelated' } } }),
      );
      expect(problems(await findings(backfillGuards, table))).toEqual([['item without guard', '1', true]]);
      await send((writes) => writes.delete(unguarded, { id: '1' }));
      expect(problems(await findings(backfillGuards, table, 1))).toEqual([['guard without item', '1', true]]);
      expect(await database.items(guards.tableName)).toEqual([{ guard: 'unrelated' }]);
    });

    it('finds nothing wrong while others write', async () => {
      const orders = await createTable();
      let over = false;
      const writeOn = async (id: string) => {
        for (let count = 0; !over; count += 1) {
          await send((writes) => writes.insert(orders, { id, orderNo: `${id} ${count}` }));
          await send((writes) => writes.delete(orders, { id, orderNo: `${id} ${count}` }));
        }
      };
      const writers = ['1', '2', '3'].map(writeOn);
      for (let round = 0; round < 10; round += 1) {
        expect(await findings(checkGuards, orders)).toEqual([]);
        expect(await findings(backfillGuards, orders)).toEqual([]);
      }
      over = true;
      await Promise.all(writers);
      expect(await holdersIn(orders)).toEqual([]);
    });

    it('is refused by name where nothing is unique, or an option is wrong', () => {
      expect(() => checkGuards({ tableName: 't', partitionKey: 'id' })).toThrow('declares no `unique` constraint');
      const orders = { tableName: 't', partitionKey: 'id', unique: ['a'] };
      expect(() => backfillGuards(orders, { pageSize: 0 })).toThrow('`pageSize`');
      expect(() => checkGuards(orders, { startKey: 'x' as never })).toThrow('`startKey`');
    });
  });
});
