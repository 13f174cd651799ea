import { expect, test } from 'vitest';
import { createSemaphore } from '../../infra/local/semaphore.ts';

test('a semaphore lets its limit in and the others in the order they came', async () => {
  const { acquire, release } = createSemaphore(2);
  const entered: number[] = [];
  const entries = [1, 2, 3, 4].map((holder) => acquire().then(() => entered.push(holder)));
  await Promise.all(entries.slice(0, 2));
  expect(entered).toEqual([1, 2]);
  release();
  await entries[2];
  expect(entered).toEqual([1, 2, 3]);
  release();
  await entries[3];
  expect(entered).toEqual([1, 2, 3, 4]);
});
