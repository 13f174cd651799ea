import { describe, expect, it } from 'vitest';
import { isMissing } from '../../../functions/idempotency/request/comparison/hole.ts';

const deep = (end: unknown): unknown => {
  let value = end;
  for (let level = 0; level < 1e6; level++) value = level % 2 ? [value] : { a: value };
  return value;
};

const cycle = (...parts: unknown[]): unknown[] => {
  const list = [...parts];
  list.push({ list });
  return list;
};

describe('a key', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
    ['an empty array', []],
    ['an empty object', {}],
    ['an empty object without a prototype', Object.create(null)],
    ['a part that is undefined', ['a', undefined]],
    ['a part deep in it that is null', { a: [{ b: 1, c: ['d', null] }] }],
    ['a part that is empty', { user: { id: '' } }],
    ['an empty array in it', ['a', []]],
    ['an empty object in it', ['a', {}]],
    ['a hole', Object.assign(new Array(2), [1])],
    ['holes only', new Array(1e9)],
    ['a cycle with a hole', cycle('a', '')],
    ['a million levels above a hole', deep('')],
  ])('is missing: %s', (_what, key) => {
    expect(isMissing(key)).toBe(true);
  });

  it.each([
    ['0', 0],
    ['false', false],
    ['0n', 0n],
    ['NaN, which is refused by name', Number.NaN],
    ['a space', ' '],
    ['parts', ['a', 0, { b: false }]],
    ['a Date', new Date(0)],
    ['an invalid Date, which is refused by name', new Date(Number.NaN)],
    ['a URL', new URL('https://example.com')],
    ['a byte', Buffer.alloc(1)],
    ['an empty Map, which is refused by name', new Map()],
    ['a function, which is refused by name', () => ''],
    ['what can’t be read, which is refused by name', [{ toJSON: () => Number(Symbol.iterator) }]],
    ['a cycle', cycle('a')],
    ['a million levels', deep(1)],
  ])('is there: %s', (_what, key) => {
    expect(isMissing(key)).toBe(false);
  });
});
