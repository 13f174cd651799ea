import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { itemSize } from '../../functions/idempotency/transaction/item-size.ts';

it.each<[Record<string, unknown>, number]>([
  [{ a: 'ü' }, 3],
  [{ ab: 1234 }, 2 + 3],
  [{ a: -10.5 }, 1 + 3],
  [{ a: 100 }, 1 + 2],
  [{ a: 0 }, 1 + 1],
  [{ a: new Uint8Array(9) }, 10],
  [{ a: true, b: null }, 4],
  [{ a: new Set(['x', 'yz']) }, 1 + 3],
  [{ a: new Set([1, 22]) }, 1 + 4],
  [{ a: ['x', ['y']] }, 1 + 3 + 2 + 1 + 3 + 2],
  [{ a: { b: 'c' } }, 1 + 3 + 1 + 2],
])('%j is %i bytes large, as DynamoDB counts', (item, bytes) => {
  expect(itemSize(marshall(item))).toBe(bytes);
});
