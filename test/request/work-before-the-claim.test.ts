import { describe, expect, it } from 'vitest';
import { fromBody } from '../../functions/idempotency/entries/main.ts';
import { httpApiEvent } from '../support/lambda.ts';
import { byIdempotencyKey, byMakeIdempotent } from './entrances.ts';
import { changed, fixture } from './fixture.ts';

const headers = (contentType: string) => ({ 'idempotency-key': 'k', 'content-type': contentType });

const json = 'application/json';
const bytes = (count: number, text: string) => text.repeat(Math.ceil(count / text.length)).slice(0, count);
const list = (count: number, item: (index: number) => string) =>
  `[${Array.from({ length: count }, (_, index) => item(index)).join()}]`;

/** Bodies as large as Lambda lets them be, and what a hostile caller would make of that. */
const bodies: [name: string, contentType: string, body: () => string][] = [
  ['a number of 4 MB', json, () => `{"amount":1.${'0'.repeat(4_000_000)}1}`],
  ['a number of 4 MB with a long exponent', json, () => `{"amount":1e${'0'.repeat(4_000_000)}1}`],
  ['short numbers with exponents', json, () => list(800_000, () => '1e23')],
  ['long numbers with exponents', json, () => list(180_000, () => '1.7976931348623157e308')],
  ['doubles of 17 digits', json, () => list(200_000, (index) => Math.sin(index).toPrecision(17))],
  ['ordinary floats', json, () => list(250_000, (index) => `${Math.sin(index)}`)],
  ['numbers that no double holds', json, () => list(200_000, (index) => `90071992547409931${index}`)],
  ['backslashes', json, () => `["${'\\\\'.repeat(2_000_000)}"]`],
  ['escaped quotes', json, () => `["${'\\"'.repeat(2_000_000)}"]`],
  ['backslashes before quotes, in many strings', json, () => list(20_000, () => `"${'\\\\'.repeat(100)}"`)],
  ['objects of many properties', json, () => `{${list(200_000, (index) => `"p${index}":1`).slice(1, -1)}}`],
  ['objects of other properties each', json, () => list(100_000, (index) => `{"p${index}":1}`)],
  ['brackets', json, () => '['.repeat(4_000_000)],
  ['nested lists', json, () => `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`],
  ['lists of nested lists', json, () => list(8_000, () => `${'['.repeat(250)}${']'.repeat(250)}`)],
  ['ampersands', 'application/x-www-form-urlencoded', () => '&'.repeat(4_000_000)],
  ['fields of one name', 'application/x-www-form-urlencoded', () => bytes(4_000_000, 'a=1&')],
  ['fields that are no UTF-8', 'application/x-www-form-urlencoded', () => bytes(4_000_000, '%ff=%ff&')],
  ['beginnings of a part', 'multipart/form-data; boundary=b', () => bytes(4_000_000, '--b\r\n\r\n')],
  ['boundaries', 'multipart/form-data; boundary=-', () => '-'.repeat(4_000_000)],
  ['boundaries of 70 signs', `multipart/form-data; boundary=${'-'.repeat(70)}`, () => '-'.repeat(4_000_000)],
  ['line ends', 'multipart/form-data; boundary=b', () => `--b${'\r\n'.repeat(2_000_000)}`],
  ['lone surrogates', 'text/plain', () => '\ud800'.repeat(2_000_000)],
];

/** Far above what the slowest of these takes on a busy machine; what is quadratic takes minutes. */
const limitMs = 25_000;

const elapsedMs = async (run: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await run();
  return performance.now() - started;
};

describe('work before the claim', () => {
  it.each(bodies)('G57: is linear in a body of %s, as text and as bytes', async (_name, contentType, body) => {
    const event = httpApiEvent({ headers: headers(contentType), body: body() });
    const asBytes = { ...event, body: Buffer.from(event.body ?? '').toString('base64'), isBase64Encoded: true };
    for (const each of [event, asBytes]) {
      expect(await elapsedMs(() => byIdempotencyKey({})(each))).toBeLessThan(limitMs);
    }
    const byBody = byIdempotencyKey({ key: fromBody('amount', 'a') });
    expect(await elapsedMs(() => byBody(event))).toBeLessThan(limitMs);
  });

  it.each<[string, string]>([
    ['blanks', `multipart/form-data;${' '.repeat(1_000_000)}x`],
    ['quotes', `multipart/form-data; boundary="${'a"'.repeat(500_000)}`],
    ['parameters', `multipart/form-data${'; boundary='.repeat(100_000)}`],
    ['blanks behind the boundary', `multipart/form-data; boundary=b${' '.repeat(1_000_000)}]`],
    ['blanks before the boundary', `multipart/form-data; a=1;${' '.repeat(1_000_000)}b]`],
    ['blanks before the type', `${' '.repeat(1_000_000)}x`],
    ['blanks behind the type', `application/x-www-form-urlencoded${' '.repeat(1_000_000)}x`],
  ])('G57: is linear in a content type of 1 MB of %s', async (_name, contentType) => {
    const event = httpApiEvent({ headers: headers(contentType), body: 'a=1' });
    expect(await elapsedMs(() => byIdempotencyKey({ key: fromBody('a') })(event))).toBeLessThan(limitMs);
  });

  it('G57: is linear in a login header of dots', async () => {
    const event = changed(fixture('alb-oidc'), { 'headers/x-amzn-oidc-data': '.'.repeat(1_000_000) });
    expect(await elapsedMs(() => byIdempotencyKey({})(event).catch(() => {}))).toBeLessThan(limitMs);
  });

  it('G57: is linear in the values of a key', async () => {
    const key = Array.from({ length: 200_000 }, (_, index) => ({ id: index, at: Promise.resolve([index]) }));
    expect(await elapsedMs(() => byIdempotencyKey({ key: () => key })({}))).toBeLessThan(limitMs);
  });

  it('G57: is linear in promises of promises', async () => {
    let key: unknown = 'k';
    for (let level = 0; level < 16_000; level += 1) key = [Promise.resolve(key)];
    expect(await elapsedMs(() => byIdempotencyKey({ key: () => key })({}).catch(() => {}))).toBeLessThan(limitMs);
  });

  it('G57: is linear in the records of what has the form of a batch, and in the fields around them', async () => {
    const fields = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`f${index}`, 1]));
    const batch = { eventSource: 'x', records: { t: Array(400_000).fill(1) }, ...fields };
    expect(await elapsedMs(() => byMakeIdempotent({ key: () => 'k' })(batch).catch(() => {}))).toBeLessThan(limitMs);
  });

  it.each<[string, () => unknown]>([
    ['one text many times', () => Array(100_000).fill('я'.repeat(1_000_000))],
    ['one name many times', () => Array(100_000).fill({ ['n'.repeat(1_000_000)]: 1 })],
    [
      'one object of nothing many times',
      () => Array(10_000).fill(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [index, undefined]))),
    ],
    [
      'symbols of symbols',
      () => {
        let tree: object = { leaf: 1 };
        for (let level = 0; level < 60; level += 1) tree = { [Symbol.for('left')]: tree, [Symbol.for('right')]: tree };
        return tree;
      },
    ],
  ])('G304: ends before it has taken all memory, and says why: %s', async (_what, value) => {
    const call = byMakeIdempotent({ key: () => 'k' });
    const refused = expect(call(value())).rejects.toThrow('is longer than 33554432 characters as JSON');
    expect(await elapsedMs(() => refused)).toBeLessThan(limitMs);
  });

  it('G57: reads bytes once, however many messages have them', async () => {
    const attachment = Buffer.alloc(3_000_000, 1);
    const mails = Array.from({ length: 100_000 }, (_, index) => ({ to: `user ${index}`, attachment }));
    expect(await elapsedMs(() => byMakeIdempotent({ key: () => 'k' })(mails))).toBeLessThan(limitMs);
  });

  it('G57: is linear in instances of a class', async () => {
    class Item {
      amount = 1;
    }
    const items = Array.from({ length: 750_000 }, () => new Item());
    expect(await elapsedMs(() => byMakeIdempotent({ key: () => 'k' })(items))).toBeLessThan(limitMs);
  });

  it('G57: is not more for a list of nothing', async () => {
    const list: unknown[] = [];
    list[200_000_000] = 'end';
    const call = byMakeIdempotent({ key: () => 'k' });
    expect(await elapsedMs(() => call(list).catch(() => {}))).toBeLessThan(limitMs);
  });
});
