import { expect, it } from 'vitest';
import { currentOperation, makeIdempotent } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';

it.each([[undefined], [null], [''], [1], ['charge', 'item-1']])(
  'G306: `deriveKey` refuses a name that names no call: %s %s',
  async (...names) => {
    const options = { name: 'pay', namespace: 'test', store: memoryStore(), leaseMs: 1000, key: () => 'k' };
    const pay = makeIdempotent(
      async () => (currentOperation().deriveKey as (...names: unknown[]) => string)(...names),
      options,
    );
    await expect(pay()).rejects.toThrow('deriveKey: name the call by one text that is not empty.');
  },
);

it('`deriveKey` knows the operation, not the store; `key` is the same text for a number and its text', async () => {
  const infoOf = (key: unknown) => {
    const options = { name: 'pay', namespace: 'test', store: memoryStore(), leaseMs: 1000, key: () => key };
    return makeIdempotent(async () => [currentOperation().key, currentOperation().deriveKey('charge')], options)();
  };
  const [[key, derived], [, again], [otherKey, otherDerived]] = await Promise.all([infoOf(1), infoOf(1), infoOf('1')]);
  expect(again).toBe(derived);
  expect(otherKey).toBe(key);
  expect(otherDerived).not.toBe(derived);
});
