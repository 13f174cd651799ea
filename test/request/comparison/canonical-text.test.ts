import { parse } from 'node:querystring';
import { runInNewContext, Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../functions/idempotency/request/comparison/canonical-text.ts';
import { UnnameableValue } from '../../../functions/idempotency/request/comparison/unnameable-value.ts';

const refusal = (value: unknown, mode: 'name' | 'payload'): UnnameableValue => {
  try {
    canonicalText(value, mode);
  } catch (error) {
    if (error instanceof UnnameableValue) return error;
    throw error;
  }
  throw new Error('It was not refused.');
};

const both = ['name', 'payload'] as const;
const abc = () => new Uint8Array([97, 98, 99]);
const sha256OfAbc = 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0';

const cyclic = (): unknown => {
  const user: Record<string, unknown> = { roles: [] };
  user['roles'] = [{ user }];
  return { user };
};

const notOnlyElements = 'is an array with holes, or with properties besides its elements';

class Registry extends Map {
  owner = 1;
}

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
};

describe.each(both)('the text of a %s', (mode) => {
  it('is the canonical JSON of RFC 8785, section 3.2.2, for what is JSON', () => {
    const sample = JSON.parse(`{
      "numbers": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalText(sample, mode)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts properties by UTF-16 code units, as RFC 8785, section 3.2.3, shows', () => {
    const sample = {
      '\u20ac': 1,
      '\r': 2,
      '\ufb33': 3,
      '1': 4,
      '\u{1f600}': 5,
      '\u0080': 6,
      '\u00f6': 7,
      '10': 8,
      '9': 9,
    };
    expect(canonicalText(sample, mode)).toBe(
      '{"\\r":2,"1":4,"10":8,"9":9,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    );
  });

  it.each([
    ['-0 like 0', [-0], '[0]'],
    ['a bigint unlike a number', [1n, 1], '[1n,1]'],
    ['a Date by its time', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['a URL by its text', new URL('https://example.com/a?b'), '"https://example.com/a?b"'],
    ['a property called __proto__', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    [
      'objects of another realm',
      runInNewContext('({ b: [new Date(0)], a: 1 })'),
      '{"a":1,"b":["1970-01-01T00:00:00.000Z"]}',
    ],
    ['what toJSON returns, without asking that in turn', { toJSON: () => ({ a: 1 }) }, '{"a":1}'],
    ['toJSON by the name that it is called with', { a: [{ toJSON: (key: string) => `at ${key}` }] }, '{"a":["at 0"]}'],
    ['the same object twice', ((a) => [a, a])({ x: 1 }), '[{"x":1},{"x":1}]'],
    [
      'neighbours that lack a property',
      [{ b: 1, a: 2 }, { b: 1, a: 2 }, { b: 1 }],
      '[{"a":2,"b":1},{"a":2,"b":1},{"b":1}]',
    ],
  ])('writes %s', (_what, value, text) => {
    expect(canonicalText(value, mode)).toBe(text);
  });

  it.each([
    ['a Buffer', () => Buffer.from('abc')],
    ['a view of a part of a buffer', () => Buffer.from('xabcx').subarray(1, 4)],
    ['a Uint8Array', abc],
    ['a Uint8Array of another realm', () => runInNewContext('new Uint8Array([97, 98, 99])')],
    ['an ArrayBuffer', () => abc().buffer],
    ['an ArrayBuffer of another realm', () => runInNewContext('new Uint8Array([97, 98, 99]).buffer')],
    ['a DataView', () => new DataView(abc().buffer)],
    [
      'a SharedArrayBuffer',
      () => {
        const shared = new SharedArrayBuffer(3);
        new Uint8Array(shared).set(abc());
        return shared;
      },
    ],
  ])('has %s by its bytes', (_what, make) => {
    expect(canonicalText([make()], mode)).toBe(`[bytes(3,${sha256OfAbc})]`);
  });

  it('tells arrays of other elements from the same bytes', () => {
    const bytes = new Uint8Array(8).buffer;
    const texts = [
      Uint8Array,
      Int8Array,
      Uint8ClampedArray,
      Uint16Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
    ].map((View) => canonicalText(new View(bytes), mode));
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts[4]).toMatch(/^Float32Array\(8,/);
  });

  it.each([
    ['a function', { user: () => 1 }, '.user', 'is a function'],
    ['a class', [class {}], '[0]', 'is a function'],
    ['a symbol', ['a', Symbol('x')], '[1]', 'is a symbol'],
    ['a Map', { 'the body': [new Map()] }, '["the body"][0]', 'is a Map'],
    ['a Set', ['a', new Set([1])], '[1]', 'is a Set'],
    ['a Map of another realm', runInNewContext('new Map()'), '', 'is a Map'],
    ['a Map with fields of its own', new Registry(), '', 'is a Map'],
    ['a promise', [Promise.resolve(1)], '[0]', 'is a Promise'],
    ['an error', Object.assign(new Error('x'), { code: 1 }), '', 'is an Error'],
    ['a regular expression', /x/, '', 'is a RegExp'],
    ['a boxed string', Object('abc'), '', 'is a String'],
    ['a boxed bigint', Object(1n), '', 'is a BigInt'],
    ['a generator', (function* () {})(), '', 'is a Generator'],
    ['search parameters', new URLSearchParams('a=1'), '', 'is a URLSearchParams'],
    ['headers', new Headers(), '', 'is a Headers'],
    ['a form', new FormData(), '', 'is a FormData'],
    ['a blob', new Blob([]), '', 'is a Blob'],
    ['a hole in an array', [Object.assign(new Array(3), [1])], '[0]', notOnlyElements],
    ['a huge array of holes', new Array(1e9), '', notOnlyElements],
    ['an array with properties', 'abc'.match(/b/), '', notOnlyElements],
    ['an array with a hole and a property', Object.assign(new Array(1), { a: 1 }), '', notOnlyElements],
    ['a cycle', cyclic(), '.user.roles[0].user', 'is a cycle'],
    ['a million arrays in each other', nested(1e6, (inner) => [inner]), '[0]', 'is nested deeper than 500 levels'],
    ['a million objects in each other', nested(1e6, (a) => ({ a })), '.a', 'is nested deeper than 500 levels'],
  ])('refuses %s by its path', (_what, value, path, what) => {
    expect(refusal(value, mode)).toMatchObject({ path, what, message: `value${path} ${what}` });
  });

  it.each([
    ['a getter', { user: Object.defineProperty({}, 'id', { enumerable: true, get: fail }) }, '.user.id'],
    ['toJSON', [{ toJSON: fail }], '[0]'],
    ['a trap of a proxy', { a: new Proxy({}, { ownKeys: fail }) }, '.a'],
    ['another trap of a proxy', { a: new Proxy({ b: 1 }, { get: (_target, name) => name === 'b' && fail() }) }, '.a.b'],
  ])('refuses what %s throws, and keeps the cause', (_what, value, path) => {
    expect(refusal(value, mode)).toMatchObject({ path, what: 'can’t be read', cause: new Error('no') });
  });

  it('reads every getter once', () => {
    let reads = 0;
    const counting = Object.defineProperty({}, 'a', { enumerable: true, get: () => ++reads });
    expect(canonicalText(counting, mode)).toBe('{"a":1}');
    expect(reads).toBe(1);
  });

  it('goes 500 levels deep', () => {
    expect(
      canonicalText(
        nested(500, (inner) => [inner]),
        mode,
      ),
    ).toHaveLength(1001);
    expect(
      refusal(
        nested(501, (inner) => [inner]),
        mode,
      ).what,
    ).toBe('is nested deeper than 500 levels');
  });

  it('cuts paths of hostile length', () => {
    expect(refusal({ ['x'.repeat(1e6)]: { ['\n'.repeat(1e6)]: Symbol('x') } }, mode).path).toHaveLength(200);
  });
});

const fail = () => {
  throw new Error('no');
};

class Order {
  id = 1;
  note = undefined;
}

const Commented = new Function(`return class Commented {
  #amount;
  id = 1;
  constructor(amount) {
    this. // in cents
      /* not euros */ #amount = amount;
  }
}`)();

/** As decorators of older compilers do it: another constructor takes the place of the class, whose methods stay. */
class Decorated {
  #amount: number;
  id = 1;
  constructor(amount: number) {
    this.#amount = amount;
  }
  get amount() {
    return this.#amount;
  }
}
const Logged = function logged(amount: number) {
  return new Decorated(amount);
};
Logged.prototype = Decorated.prototype;
Object.defineProperty(Decorated.prototype, 'constructor', { value: Logged });

/** Without its source, as bytenode and pkg load classes. */
const Compiled = (() => {
  const source =
    '(class Order { #amount; constructor(id, amount) { this.id = id; this.#amount = amount; } more() { return this.#amount; } })';
  const script = new Script(source);
  new (script.runInThisContext())('o-1', 1).more();
  const sameLength = '\u200b'.repeat(source.length);
  return new Script(sameLength, { cachedData: script.createCachedData() }).runInThisContext();
})();

class Secret {
  #value = 1;
  get value() {
    return this.#value;
  }
}

class Query {
  table = 'orders';
  // biome-ignore lint/suspicious/noThenProperty: a thenable is the point
  then() {}
}

describe('the text of a name', () => {
  it.each([
    ['undefined', { a: undefined }, '.a', 'is undefined'],
    ['NaN', { user: { id: Number.NaN } }, '.user.id', 'is NaN'],
    ['Infinity', [Number.NEGATIVE_INFINITY], '[0]', 'is -Infinity'],
    ['a lone surrogate', ['\ud800'], '[0]', 'is not well-formed Unicode'],
    ['a lone surrogate as a name', [{ '\ud800': 1 }], '[0]', 'has a property whose name is not well-formed Unicode'],
    ['a symbol as a name', [{ [Symbol('x')]: 1 }], '[0]', 'has a property whose name is a symbol'],
    ['an invalid Date', { at: new Date(Number.NaN) }, '.at', 'is an invalid Date'],
    ['an invalid Date of another realm', runInNewContext('new Date(NaN)'), '', 'is an invalid Date'],
    ['an instance of a class', [new Order()], '[0]', 'is an Order'],
    ['an instance of a class without a name', [new (class {})()], '[0]', 'is an instance'],
    ['an object that inherits from another', Object.create({ a: 1 }), '', 'is an object that inherits from another'],
    [
      'an object that inherits from a parsed query string',
      Object.assign(Object.create(parse('order=1&isPrototypeOf=x')), { currency: 'EUR' }),
      '',
      'is an object that inherits from another',
    ],
  ])('refuses %s by its path', (_what, value, path, what) => {
    expect(refusal(value, 'name')).toMatchObject({ path, what });
  });
});

describe('the text of a payload', () => {
  it.each([
    ['an undefined property like none', { a: undefined, b: 1, c: { toJSON: () => undefined } }, '{"b":1}'],
    ['an undefined element in its place', [undefined, 1, undefined], '[undefined,1,undefined]'],
    ['undefined', undefined, 'undefined'],
    ['what is no finite number', [Number.NaN, Infinity, -Infinity], '[NaN,Infinity,-Infinity]'],
    ['an invalid Date', [new Date(Number.NaN)], '[Invalid Date]'],
    ['lone surrogates apart', ['\ud800', '\ud801', { '\udc00': 1 }], '["\\ud800","\\ud801",{"\\udc00":1}]'],
    ['an instance of a class by its own properties', new Order(), '{"id":1}'],
    [
      'properties that are named by registered symbols, by the keys of those',
      { b: 1, [Symbol.for('z')]: 2, [Symbol.for('a')]: 3, [Symbol.for('u')]: undefined },
      '{"b":1,@"a":3,@"z":2}',
    ],
  ])('writes %s', (_what, value, text) => {
    expect(canonicalText(value, 'payload')).toBe(text);
  });

  it('reads bytes each time that a `toJSON` gives them, since it may fill one buffer anew', () => {
    const scratch = Buffer.alloc(1);
    const id = (value: number) => ({
      toJSON: () => {
        scratch[0] = value;
        return scratch;
      },
    });
    expect(canonicalText([id(1), id(2)], 'payload')).not.toBe(canonicalText([id(1), id(3)], 'payload'));
  });

  it('writes an object whose prototype is empty like any other: fast-querystring, and so Fastify, makes such', () => {
    const Empty = function empty() {} as unknown as new () => object;
    Empty.prototype = Object.create(null);
    expect(canonicalText(Object.assign(new Empty(), { a: '1' }), 'payload')).toBe('{"a":"1"}');
  });

  it('leaves out what is not enumerable', () => {
    const value = Object.defineProperty({ a: 1 }, Symbol('hidden'), { value: 1 });
    expect(canonicalText(value, 'payload')).toBe('{"a":1}');
  });

  it.each([
    ['an instance that keeps everything private', { user: new Secret() }, '.user', 'is a Secret'],
    [
      'an instance of a class that was loaded as V8’s bytecode',
      { order: new Compiled('o-1', 5) },
      '.order',
      'is an Order',
    ],
    ['an instance whose class comments on its private field', { order: new Commented(5) }, '.order', 'is a Commented'],
    ['an instance of a class that a decorator replaced', { order: new Decorated(5) }, '.order', 'is a logged'],
    [
      'what inherits from a parsed query string',
      [Object.create(parse('a=1'))],
      '[0]',
      'is an object that inherits from another',
    ],
    ['what inherits all that it has', [Object.create({ a: 1 })], '[0]', 'is an object that inherits from another'],
    ['a thenable', [new Query()], '[0]', 'is a Query'],
    [
      'a symbol that another module may make, too',
      [{ [Symbol('amount')]: 1 }],
      '[0]',
      'has a property whose name is a symbol that `Symbol.for` hasn’t made',
    ],
    ['what only toJSON could tell of, when that tells nothing', { toJSON: () => new WeakMap() }, '', 'is a WeakMap'],
  ])('refuses %s by its path', (_what, value, path, what) => {
    expect(refusal(value, 'payload')).toMatchObject({ path, what });
  });
});
