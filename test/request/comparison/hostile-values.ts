import { runInNewContext } from 'node:vm';
import fc from 'fast-check';

const names = fc.constantFrom(
  'a',
  'b',
  '1',
  '10',
  '9',
  '',
  '__proto__',
  'constructor',
  'length',
  'toJSON',
  '\ud800',
  '\udc00',
  'é',
  '@"a"',
);
const symbols = fc.constantFrom(Symbol.for('a'), Symbol.for('b'), Symbol.for(''), Symbol('a'), Symbol());

class Order {
  a: unknown;
  constructor(fields: object) {
    Object.assign(this, fields);
  }
}

class Registry extends Map {
  a = 1;
}

const defined = (target: object, entries: readonly [PropertyKey, unknown][], getter = false): object => {
  for (const [key, value] of entries) {
    const content = getter ? { get: () => value } : { value, writable: true };
    Object.defineProperty(target, key, { ...content, enumerable: true, configurable: true });
  }
  return target;
};

const otherRealm = runInNewContext(`({
  object: () => ({}),
  list: (items) => Array.from(items),
  bytes: (items) => Uint8Array.from(items),
  buffer: (items) => Uint8Array.from(items).buffer,
  date: (time) => new Date(time),
  map: () => new Map([[1, 2]]),
})`);

const bytes = fc.uint8Array({ max: 1, maxLength: 4 });

/** What JSON has, and what looks like the text of something else. */
const plainLeaves = fc.constantFrom<unknown[]>(
  ...[
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    10,
    1.5,
    1e21,
    1e-7,
    5e-324,
    0.1,
    2 ** 53,
    '',
    'a',
    '1',
    '1n',
    'undefined',
    'NaN',
  ],
  ...['null', 'é', '"', '\\', '\n', '[]', '{}', 'bytes(0,)', '1970-01-01T00:00:00.000Z', '\u{1f600}'],
);

const strangeLeaves = fc.oneof(
  fc.constantFrom<unknown[]>(
    undefined,
    Number.NaN,
    Infinity,
    -Infinity,
    '\ud800',
    '\udc00',
    '\ud800a',
    0n,
    1n,
    -1n,
    2n ** 64n,
  ),
  fc.constantFrom<unknown[]>(
    new Date(0),
    new Date(1),
    new Date(Number.NaN),
    otherRealm.date(0),
    new URL('https://a.b/'),
  ),
  bytes,
  bytes.map((items) => Buffer.from(items)),
  bytes.map((items) => new Int8Array(items)),
  bytes.map((items) => new Uint16Array(items)),
  bytes.map((items) => items.slice().buffer),
  bytes.map((items) => new DataView(items.slice().buffer)),
  bytes.map((items) => otherRealm.bytes(items)),
  bytes.map((items) => otherRealm.buffer(items)),
);

const refusedLeaves = fc.constantFrom<unknown[]>(
  ...[
    () => 1,
    Symbol('a'),
    new Map([['a', 1]]),
    new Set(),
    new Set([1]),
    otherRealm.map(),
    new Registry(),
    /a/,
    Object(1),
  ],
  ...[new Error('a'), Promise.resolve(1), new WeakMap(), new (class {})(), new Array(3), Object.assign([1], { a: 1 })],
  ...[new URLSearchParams('a=1'), Object.create({ a: 1 })],
);

/** Values of every kind, mostly with little in them, so that many pairs of them are equal. */
export const hostileValue = fc.letrec<{ value: unknown; entries: [PropertyKey, unknown][] }>((tie) => ({
  entries: fc.uniqueArray(fc.tuple(fc.oneof({ weight: 9, arbitrary: names }, symbols), tie('value')), {
    maxLength: 3,
    selector: ([key]) => key,
  }),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 6, arbitrary: plainLeaves },
    { weight: 3, arbitrary: strangeLeaves },
    { weight: 1, arbitrary: refusedLeaves },
    { weight: 4, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }).map((items) => otherRealm.list(items)) },
    { weight: 4, arbitrary: tie('entries').map((entries) => defined({}, entries)) },
    { weight: 1, arbitrary: tie('entries').map((entries) => defined({}, entries, true)) },
    { weight: 1, arbitrary: tie('entries').map((entries) => defined(Object.create(null), entries)) },
    { weight: 1, arbitrary: tie('entries').map((entries) => defined(otherRealm.object(), entries)) },
    { weight: 1, arbitrary: tie('entries').map((entries) => new Proxy(defined({}, entries), {})) },
    { weight: 1, arbitrary: tie('entries').map((entries) => defined(new Order({}), entries)) },
    { weight: 1, arbitrary: tie('value').map((value) => ({ toJSON: () => value })) },
  ),
})).value;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The same value, with the properties of every plain object in it in another order. */
export const reordered = (value: unknown): unknown => {
  if (Array.isArray(value) && Object.keys(value).length === value.length) return value.map(reordered);
  if (!isObject(value) || Array.isArray(value) || 'toJSON' in value || !isPlainHere(value)) return value;
  const entries = Reflect.ownKeys(value).map((key): [PropertyKey, unknown] => [key, reordered((value as never)[key])]);
  return defined({}, entries.reverse());
};

const isPlainHere = (value: object): boolean => [null, Object.prototype].includes(Object.getPrototypeOf(value));
