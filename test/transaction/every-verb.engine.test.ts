import { describe, expect, it } from 'vitest';
import { onEachEngine } from '../support/dynamodb.ts';
import { unique } from './harness.ts';

onEachEngine((database) => {
  const { createTable, send, itemsOf, holdersIn } = unique(database);

  /** A table with an order 1 of number A, and an order 2 of number B. */
  const twoOrders = async () => {
    const orders = await createTable();
    for (const order of [
      { id: '1', orderNo: 'A' },
      { id: '2', orderNo: 'B' },
    ]) {
      expect(await send((writes) => writes.insert(orders, order))).toBe(201);
    }
    return orders;
  };

  describe('G110: a put', () => {
    it('is refused when the item that it makes has a value of another item', async () => {
      const orders = await twoOrders();
      const replaces = { id: '2', orderNo: 'B' };
      expect(await send((writes) => writes.put(orders, { id: '2', orderNo: 'A' }, undefined, { replaces }))).toBe(
        'DUPLICATE',
      );
      expect(await send((writes) => writes.put(orders, { id: '3', orderNo: 'A' }, undefined, { replaces: {} }))).toBe(
        'DUPLICATE',
      );
      expect(await holdersIn(orders)).toEqual(['1', '2']);
    });

    it('moves from the value of what it replaces to its own', async () => {
      const orders = await twoOrders();
      const replaces = { id: '1', orderNo: 'A' };
      expect(await send((writes) => writes.put(orders, { id: '1', orderNo: 'C' }, undefined, { replaces }))).toBe(201);
      expect(await send((writes) => writes.insert(orders, { id: '3', orderNo: 'C' }))).toBe('DUPLICATE');
      expect(await send((writes) => writes.insert(orders, { id: '3', orderNo: 'A' }))).toBe(201);
      expect(await holdersIn(orders)).toEqual(['1', '2', '3']);
    });

    it('is refused when what it replaces is not what it was', async () => {
      const orders = await twoOrders();
      for (const replaces of [{}, { id: '1', orderNo: 'stale' }, { id: '1', other: true }]) {
        const put = send((writes) => writes.put(orders, { id: '1', orderNo: 'C' }, undefined, { replaces }));
        expect(await put).toBe('CONDITION_FAILED');
      }
      expect(await holdersIn(orders)).toEqual(['1', '2']);
    });

    it('without `replaces` is refused with the cure where something is unique, and with it where nothing is', async () => {
      const orders = await twoOrders();
      await expect(send((writes) => writes.put(orders, { id: '1', orderNo: 'C' }))).rejects.toThrow('`insert`');
      const { unique: _, ...plain } = orders;
      await expect(send((writes) => writes.put(plain, { id: '1' }, undefined, { replaces: {} }))).rejects.toThrow(
        'no effect',
      );
      await expect(
        send((writes) => writes.put(orders, { id: '1' }, undefined, { replaces: { id: '2', orderNo: 'B' } })),
      ).rejects.toThrow('different values of `id`');
    });
  });

  describe('G110: an update', () => {
    it('is refused when it changes to a value of another item', async () => {
      const orders = await twoOrders();
      const changes = { orderNo: { from: 'B', to: 'A' } };
      expect(await send((writes) => writes.update(orders, { id: '2' }, {}, { changes }))).toBe('DUPLICATE');
      expect(await itemsOf(orders)).toContainEqual({ id: '2', orderNo: 'B' });
    });

    it('writes what it changes by itself, beside its expression, and frees what was', async () => {
      const orders = await twoOrders();
      const update = {
        UpdateExpression: 'SET #state = :state REMOVE former',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': 'sent' },
      };
      const changes = { orderNo: { from: 'A', to: 'C' } };
      expect(await send((writes) => writes.update(orders, { id: '1' }, update, { changes }))).toBe(201);
      expect(await itemsOf(orders)).toContainEqual({ id: '1', orderNo: 'C', state: 'sent' });
      expect(await send((writes) => writes.insert(orders, { id: '3', orderNo: 'A' }))).toBe(201);
      expect(await send((writes) => writes.insert(orders, { id: '4', orderNo: 'C' }))).toBe('DUPLICATE');
    });

    it('takes a first value and gives the last one up', async () => {
      const orders = await createTable();
      const change = (from: unknown, to: unknown) =>
        send((writes) => writes.update(orders, { id: '1' }, {}, { changes: { orderNo: { from, to } as never } }));
      expect(await change(undefined, 'A')).toBe(201);
      expect(await change(undefined, 'B')).toBe('CONDITION_FAILED');
      expect(await holdersIn(orders)).toEqual(['1']);
      expect(await change('A', undefined)).toBe(201);
      expect(await holdersIn(orders)).toEqual([]);
      expect(await itemsOf(orders)).toEqual([{ id: '1' }]);
      expect(await change(null, null)).toBe(201);
      expect(await change(null, 'A')).toBe(201);
      expect(await holdersIn(orders)).toEqual(['1']);
    });

    it('that leaves unique attributes alone needs to say nothing of them', async () => {
      const orders = await twoOrders();
      const update = { UpdateExpression: 'ADD opened :one', ExpressionAttributeValues: { ':one': 1 } };
      expect(await send((writes) => writes.update(orders, { id: '1' }, update))).toBe(201);
      expect(await itemsOf(orders)).toContainEqual({ id: '1', orderNo: 'A', opened: 1 });
    });

    it.each([
      ['sets it', 'SET orderNo = :v', undefined],
      ['sets it by another name', 'SET #n = :v', { '#n': 'orderNo' }],
      ['sets it after something else', 'SET a = if_not_exists(a, :v), orderNo=:v', undefined],
      ['sets a part of it', 'SET orderNo.a[0] = :v', undefined],
      ['removes it', 'set a = :v remove b, #n [0]', { '#n': 'orderNo' }],
      ['adds to it', 'ADD a :v,orderNo :v', undefined],
      ['deletes from it', 'DELETE orderNo :v', undefined],
    ])('whose expression %s is refused with the cure', async (_how, UpdateExpression, ExpressionAttributeNames) => {
      const orders = await createTable();
      const update = {
        UpdateExpression,
        ...(ExpressionAttributeNames && { ExpressionAttributeNames }),
        ExpressionAttributeValues: { ':v': 'A' },
      };
      await expect(send((writes) => writes.update(orders, { id: '1' }, update))).rejects.toThrow(
        '{ changes: { orderNo: { from, to } } }',
      );
    });

    it('of a part of a constraint is refused until it says all of it', async () => {
      const carts = await createTable([['userId', 'cartId']]);
      const change = (changes: Record<string, { from?: string; to?: string }>) =>
        send((writes) => writes.update(carts, { id: '1' }, {}, { changes }));
      await expect(change({ cartId: { to: '7' } })).rejects.toThrow('`changes` lacks `userId`');
      expect(await change({ cartId: { to: '7' }, userId: { to: 'u' } })).toBe(201);
      expect(await send((writes) => writes.insert(carts, { id: '2', userId: 'u', cartId: '7' }))).toBe('DUPLICATE');
      expect(await change({ cartId: { from: '7' }, userId: { from: 'u', to: 'u' } })).toBe(201);
      expect(await holdersIn(carts)).toEqual([]);
    });
  });

  describe('G111: a delete', () => {
    it('frees the values of the item alone, never those of another', async () => {
      const orders = await twoOrders();
      expect(await send((writes) => writes.delete(orders, { id: '2', orderNo: 'A' }))).toBe('CONDITION_FAILED');
      expect(await send((writes) => writes.delete(orders, { id: '3', orderNo: 'A' }))).toBe('CONDITION_FAILED');
      expect(await send((writes) => writes.insert(orders, { id: '4', orderNo: 'A' }))).toBe('DUPLICATE');
      expect(await send((writes) => writes.delete(orders, { id: '1', orderNo: 'A', read: true }))).toBe(201);
      expect(await send((writes) => writes.insert(orders, { id: '4', orderNo: 'A' }))).toBe(201);
    });

    it('of an item whose value is held for another, since before the constraint, names both and the cure', async () => {
      const orders = await twoOrders();
      const { unique: _, ...unguarded } = orders;
      await send((writes) => writes.insert(unguarded, { id: '3', orderNo: 'A' }));
      await expect(send((writes) => writes.delete(orders, { id: '3', orderNo: 'A' }))).rejects.toThrow(
        /held for another item, {"id":"1"}.*backfillGuards/,
      );
      expect(await holdersIn(orders)).toEqual(['1', '2']);
    });

    it('of an item from before the constraint needs no guard', async () => {
      const orders = await createTable();
      const { unique: _, ...unguarded } = orders;
      await send((writes) => writes.insert(unguarded, { id: '3', orderNo: 'A' }));
      expect(await send((writes) => writes.delete(orders, { id: '3', orderNo: 'A' }))).toBe(201);
    });

    it('of a bare key is refused with the cure, unless it says that there is no value', async () => {
      const orders = await twoOrders();
      await expect(send((writes) => writes.delete(orders, { id: '1' }))).rejects.toThrow('Pass the whole item');
      expect(await send((writes) => writes.delete(orders, { id: '1', orderNo: undefined }))).toBe('CONDITION_FAILED');
      await send((writes) => writes.insert(orders, { id: '9' }));
      expect(await send((writes) => writes.delete(orders, { id: '9', orderNo: undefined }))).toBe(201);
    });
  });

  describe('G112: values', () => {
    it('may be absent or null in any number of items', async () => {
      const orders = await createTable();
      for (const order of [{ id: '1' }, { id: '2' }, { id: '3', orderNo: null }, { id: '4', orderNo: null }]) {
        expect(await send((writes) => writes.insert(orders, order))).toBe(201);
      }
      expect(await holdersIn(orders)).toEqual([]);
      expect(await send((writes) => writes.delete(orders, { id: '3', orderNo: null }))).toBe(201);
    });

    it('may go from one item to another in one request, and change places', async () => {
      const orders = await twoOrders();
      const swapped = send((writes) => {
        writes.update(orders, { id: '1' }, {}, { changes: { orderNo: { from: 'A', to: 'B' } } });
        writes.update(orders, { id: '2' }, {}, { changes: { orderNo: { from: 'B', to: 'A' } } });
      });
      expect(await swapped).toBe(201);
      const handedOn = send((writes) => {
        writes.delete(orders, { id: '1', orderNo: 'B' });
        writes.insert(orders, { id: '3', orderNo: 'B' });
      });
      expect(await handedOn).toBe(201);
      expect(await holdersIn(orders)).toEqual(['2', '3']);
      expect(await send((writes) => writes.insert(orders, { id: '4', orderNo: 'B' }))).toBe('DUPLICATE');
    });

    it('of an item that died without its guard are taken by the item that comes back', async () => {
      const orders = await twoOrders();
      const { unique: _, ...unguarded } = orders;
      await send((writes) => writes.delete(unguarded, { id: '1' }));
      expect(await send((writes) => writes.insert(orders, { id: '3', orderNo: 'A' }))).toBe('DUPLICATE');
      expect(await send((writes) => writes.insert(orders, { id: '1', orderNo: 'A' }))).toBe(201);
    });

    it('that are a part of the key stay guarded, since an update makes no item', async () => {
      const orders = await createTable(['orderId'], 'orderId');
      const touch = (id: string) =>
        send((writes) =>
          writes.update(
            orders,
            { id, orderId: '7' },
            { UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': 1 } },
          ),
        );
      expect(await touch('1')).toBe('CONDITION_FAILED');
      expect(await send((writes) => writes.insert(orders, { id: '1', orderId: '7' }))).toBe(201);
      expect(await touch('1')).toBe(201);
      expect(await touch('2')).toBe('CONDITION_FAILED');
      const put = (replaces: object) =>
        send((writes) => writes.put(orders, { id: '2', orderId: '7' }, undefined, { replaces }));
      expect([await put({}), await put({ n: 1 })]).toEqual(['DUPLICATE', 'CONDITION_FAILED']);
      expect(await send((writes) => writes.delete(orders, { id: '1', orderId: '7' }))).toBe(201);
      expect(await put({})).toBe(201);
      expect(await holdersIn(orders)).toEqual(['2']);
    });
  });
});
