import { describe, expect, it } from 'vitest';
import { settled } from '../../../functions/idempotency/request/comparison/settled.ts';

const later = <Value>(value: Value, ms = 1): Promise<Value> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(value), ms);
  });

const unreadable = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('a value without promises', () => {
  it.each([
    ['a text', 'a'],
    ['nothing', undefined],
    ['arrays and objects', { a: [1, { b: new Date(0) }] }],
    ['a Map, into which nobody looks', new Map([['a', Promise.resolve(1)]])],
    ['a huge array of holes', new Array(1e9)],
    ['what throws when it is read', [unreadable()]],
  ])('is itself, at once: %s', (_what, value) => {
    expect(settled(value)).toBe(value);
  });

  it('may be a cycle, or nested without end', () => {
    const cycle: unknown[] = [];
    cycle.push({ cycle });
    expect(settled(cycle)).toBe(cycle);
    let deep: unknown = 1;
    for (let level = 0; level < 2e5; level++) deep = [deep];
    expect(settled(deep)).toBe(deep);
  });
});

describe('a value with promises', () => {
  it.each([
    ['itself one', later('a'), 'a'],
    [
      'some at every depth',
      ['a', later(['b', { c: later('d') }]), { e: later(undefined) }],
      ['a', ['b', { c: 'd' }], { e: undefined }],
    ],
    ['a promise of a promise', { a: later({ b: later({ c: later(1) }) }) }, { a: { b: { c: 1 } } }],
    // biome-ignore lint/suspicious/noThenProperty: a thenable is the point
    ['a thenable', [{ then: (resolve: (value: unknown) => void) => resolve(1) }], [1]],
    [
      'a property called __proto__',
      JSON.parse('{"__proto__":1}', (key, value) => (key ? later(value) : value)),
      JSON.parse('{"__proto__":1}'),
    ],
  ])('has them awaited: %s', async (_what, value, expected) => {
    expect(JSON.stringify(await settled(value))).toBe(JSON.stringify(expected));
  });

  it('is copied, so that nobody else’s object changes', async () => {
    const part = { a: later(1) };
    const value = Object.freeze([part, part, 'b']);
    const copy = (await settled(value)) as unknown[];
    expect(copy).toEqual([{ a: 1 }, { a: 1 }, 'b']);
    expect(copy[0]).toBe(copy[1]);
    expect(part.a).toBeInstanceOf(Promise);
  });

  it('keeps its holes', async () => {
    const value: unknown[] = [later(1)];
    value.length = 3;
    const copy = (await settled(value)) as unknown[];
    expect(copy).toHaveLength(3);
    expect(1 in copy).toBe(false);
  });

  it('may lead back to itself, through promises too', async () => {
    const value: Record<string, unknown> = {};
    value['self'] = Promise.resolve(value);
    const copy = (await settled(value)) as { self: unknown };
    expect(copy.self).toBe(copy);
  });

  it('may be nested without end', async () => {
    let deep: unknown = later('end');
    for (let level = 0; level < 1e5; level++) deep = [deep];
    let inner = await settled(deep);
    while (Array.isArray(inner)) inner = inner[0];
    expect(inner).toBe('end');
  });

  it('rejects when one of them does, and leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', listener);
    const value = [later(1, 20), { a: Promise.reject(new Error('first')) }, [Promise.reject(new Error('second'))]];
    await expect(settled(value)).rejects.toThrow('first');
    await later(undefined, 5);
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});
