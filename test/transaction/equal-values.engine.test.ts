import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { onEachEngine } from '../support/dynamodb.ts';
import { unique } from './harness.ts';

const big = '12345678901234567890.123456789012345678';

onEachEngine((database) => {
  const { createTable, send, holdersIn } = unique(database);

  /** Inserts a value, then another, and deletes the first by a third form of it. */
  const lives = async (one: unknown, other: unknown, same: unknown) => {
    const orders = await createTable();
    const first = await send((writes) => writes.insert(orders, { id: '1', orderNo: one as string }));
    const second = await send((writes) => writes.insert(orders, { id: '2', orderNo: other as string }));
    const removed = await send((writes) => writes.delete(orders, { id: '1', orderNo: same as string }));
    return [first, second, removed, await holdersIn(orders)];
  };

  describe('G113: a unique value', () => {
    it.each<[string, unknown, unknown]>([
      ['a number and the same as NumberValue', 1000, NumberValue.from('1000')],
      ['a number and the same as bigint', 1000, 1000n],
      ['a number with zeros behind it', NumberValue.from('41'), NumberValue.from('41.0')],
      ['a number with an exponent', 4100, NumberValue.from('4.1e3')],
      ['zero and minus zero', 0, NumberValue.from('-0.0')],
      ['a number beyond a double', NumberValue.from(big), NumberValue.from(`0${big}0`)],
      ['a Buffer and a Uint8Array', Buffer.from('ab'), new TextEncoder().encode('ab')],
      ['bytes and a part of others', new Uint8Array([1, 2, 3, 4]).subarray(1, 3), Buffer.from([2, 3])],
      ['sets in another order', new Set(['a', 'b']), new Set(['b', 'a'])],
      ['sets of numbers in other forms', new Set([1, 20]), new Set([NumberValue.from('2e1'), NumberValue.from('1.0')])],
      ['maps in another order', { a: 1, b: [true, null] }, { b: [true, null], a: NumberValue.from('1.0') }],
    ])('is one in whichever form it comes: %s', async (_what, one, other) => {
      expect(await lives(one, other, other)).toEqual([201, 'DUPLICATE', 201, []]);
    });

    it.each<[string, unknown, unknown]>([
      ['a number and a text', 41, '41'],
      ['numbers that are one as doubles', NumberValue.from(big), NumberValue.from(`${big.slice(0, -1)}9`)],
      ['sets of other members', new Set(['a', 'b']), new Set(['a', 'c'])],
      ['a set and a list', new Set(['a']), ['a']],
      ['a text and its bytes', 'ab', Buffer.from('ab')],
      ['texts of other case', 'a', 'A'],
      ['texts that look alike', 'é', 'e\u0301'],
      ['lists in another order', [1, 2], [2, 1]],
    ])('is another if DynamoDB tells them apart: %s', async (_what, one, other) => {
      expect(await lives(one, other, one)).toEqual([201, 201, 201, ['2']]);
    });

    it('of several attributes is the same in whichever order a constraint names them', async () => {
      const carts = await createTable([['userId', 'cartId']]);
      const reversed = { ...carts, unique: [['cartId', 'userId']] };
      expect(await send((writes) => writes.insert(carts, { id: '1', userId: 'a', cartId: 'b' }))).toBe(201);
      expect(await send((writes) => writes.insert(reversed, { id: '2', userId: 'a', cartId: 'b' }))).toBe('DUPLICATE');
      expect(await send((writes) => writes.insert(reversed, { id: '2', userId: 'b', cartId: 'a' }))).toBe(201);
    });

    it('stays what it was when it was handed over, bytes included', async () => {
      const orders = await createTable();
      const bytes = Buffer.from('ab');
      const inserted = send((writes) => {
        writes.insert(orders, { id: '1', orderNo: bytes });
        bytes.write('xy');
      });
      expect(await inserted).toBe(201);
      expect(await send((writes) => writes.delete(orders, { id: '1', orderNo: Buffer.from('ab') }))).toBe(201);
      expect(await holdersIn(orders)).toEqual([]);
    });

    it.each<[unknown, string]>([
      ['\ud800', 'not well-formed Unicode'],
      [[{ '\ud800': 1 }], 'not well-formed Unicode'],
      [NumberValue.from('1'.repeat(39)), 'more than the 38 digits'],
      [NumberValue.from('4 1'), 'not a decimal number'],
      [new Blob(['a']), 'have to be awaited'],
    ])('that DynamoDB can’t keep is refused: %o', async (value, message) => {
      const orders = await createTable();
      await expect(send((writes) => writes.insert(orders, { id: '1', orderNo: value as string }))).rejects.toThrow(
        message,
      );
    });
  });
});
