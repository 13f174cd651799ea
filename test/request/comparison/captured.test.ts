import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../functions/idempotency/request/comparison/canonical-text.ts';
import { captured as capturedAs } from '../../../functions/idempotency/request/comparison/captured.ts';
import { lambdaContext } from '../../support/lambda.ts';

const later = <Value>(value: Value, ms = 1): Promise<Value> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(value), ms);
  });

const unreadable = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const captured = (value: unknown) => capturedAs(value, 'key', lambdaContext());

describe('a value without promises', () => {
  const error = new Error('unreadable');

  it.each([
    ['a text', 'a', 'a'],
    ['nothing', undefined, undefined],
    ['arrays and objects', { a: [1, { b: 'c' }] }, { a: [1, { b: 'c' }] }],
    ['a Date', [new Date(0)], ['1970-01-01T00:00:00.000Z']],
    ['what is written as something else', { toJSON: () => ({ a: { toJSON: () => 'b' } }) }, { a: 'b' }],
  ])('is copied, as it is written: %s', async (_what, value, expected) => {
    expect(JSON.stringify(await captured(value))).toBe(JSON.stringify(expected));
  });

  it.each([
    ['a Map, into which nobody looks', new Map([['a', Promise.resolve(1)]])],
    ['bytes', Buffer.from('a')],
    ['an invalid Date', new Date(Number.NaN)],
    ['an instance', new (class Order {})()],
  ])('is left as it is: %s', async (_what, value) => {
    expect(await captured(value)).toBe(value);
    expect(((await captured([value])) as unknown[])[0]).toBe(value);
  });

  it('may be a huge array of holes', async () => {
    expect(await captured(new Array(1e9))).toHaveLength(1e9);
  });

  it.each<[string, unknown]>([
    ['a proxy', unreadable()],
    ['a part', [unreadable()]],
    [
      'a getter',
      {
        get a() {
          throw error;
        },
      },
    ],
    [
      '`toJSON`',
      {
        toJSON: () => {
          throw error;
        },
      },
    ],
  ])('is unreadable for its text too where it throws: %s', async (_what, value) => {
    const copy = await captured(value);
    expect(() => canonicalText(copy, 'name')).toThrow('can’t be read');
  });

  it('may be a cycle, but not nested without end', async () => {
    const cycle: unknown[] = [];
    cycle.push({ cycle });
    const copy = (await captured(cycle)) as { cycle: unknown }[];
    expect(copy[0]?.cycle).toBe(copy);
    let deep: unknown = 1;
    for (let level = 0; level < 2e5; level++) deep = [deep];
    await expect(captured(deep)).rejects.toThrow('key is nested deeper than 500 levels');
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
    expect(JSON.stringify(await captured(value))).toBe(JSON.stringify(expected));
  });

  it('is copied, so that nobody else’s object changes', async () => {
    const part = { a: later(1) };
    const value = Object.freeze([part, part, 'b']);
    const copy = (await captured(value)) as unknown[];
    expect(copy).toEqual([{ a: 1 }, { a: 1 }, 'b']);
    expect(copy[0]).toBe(copy[1]);
    expect(part.a).toBeInstanceOf(Promise);
  });

  it('keeps its holes', async () => {
    const value: unknown[] = [later(1)];
    value.length = 3;
    const copy = (await captured(value)) as unknown[];
    expect(copy).toHaveLength(3);
    expect(1 in copy).toBe(false);
  });

  it('may lead back to itself, through promises too', async () => {
    const value: Record<string, unknown> = {};
    value['self'] = Promise.resolve(value);
    const copy = (await captured(value)) as { self: unknown };
    expect(copy.self).toBe(copy);
  });

  it('leaves no rejection unhandled when it is nested too deeply', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', listener);
    let deep: unknown = 1;
    for (let level = 0; level < 600; level++) deep = [deep];
    await expect(captured([deep, { a: 1 }, Promise.reject(new Error('first'))])).rejects.toThrow('first');
    await later(undefined, 5);
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });

  it('rejects when one of them does, and leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', listener);
    const value = [later(1, 20), { a: Promise.reject(new Error('first')) }, [Promise.reject(new Error('second'))]];
    await expect(captured(value)).rejects.toThrow('first');
    await later(undefined, 5);
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});
