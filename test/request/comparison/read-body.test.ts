import { parse } from 'node:querystring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../functions/idempotency/base/parse-json.ts';
import { readBody } from '../../../functions/idempotency/request/comparison/read-body.ts';

// A fixed seed, so that a run that fails can be repeated.
const options = { seed: 20_260_101, numRuns: 500 };

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

const identity = (body: unknown, contentType: string | undefined = json): string =>
  readBody({ body, isBase64Encoded: false, contentType }).identity();

const identityOfBytes = (bytes: Uint8Array | string, contentType?: string): string =>
  readBody({ body: Buffer.from(bytes as string).toString('base64'), isBase64Encoded: true, contentType }).identity();

const nested = (depth: number, inside: string): string => '['.repeat(depth) + inside + ']'.repeat(depth);

describe('the identity of a body', () => {
  it.each([
    ['no body', undefined, json, 'none'],
    ['no body either', null, json, 'none'],
    ['an empty body', '', json, 'text  by "application/json"'],
    ['JSON', '{ "b" : 1.0, "a" : "\\u00e4" }', json, 'json {"a":"ä","b":1} by "application/json"'],
    ['JSON without a content type', '[1e2]', '', 'json [100] by ""'],
    [
      'JSON of a media type of its own',
      '"a"',
      'application/problem+json; charset=utf-8',
      'json "a" by "application/problem+json; charset=utf-8"',
    ],
    ['JSON of another content type', '{"b":1,"a":2}', 'text/plain', 'text {"b":1,"a":2} by "text/plain"'],
    ['JSON that claims to be a form', '[ 1 ]', form, `text [ 1 ] by "${form}"`],
    ['what claims to be two things', '[ 1 ]', 'text/a\ntext/b', 'text [ 1 ] by "text/a\\ntext/b"'],
    ['a parsed list of one that claims to be a form', { a: ['1'] }, form, `form {"a":[["1"]]} by "${form}"`],
    ['text that could be JSON', '1e2', 'text/plain', 'text 1e2 by "text/plain"'],
    [
      'JSON with numbers that no double holds',
      '{"a" : 9007199254740993}',
      json,
      'text {"a" : 9007199254740993} by "application/json"',
    ],
    ['JSON with a byte order mark', '\ufeff{}', json, 'text \ufeff{} by "application/json"'],
    ['malformed JSON', '{"a":', json, 'text {"a": by "application/json"'],
    ['text with a lone surrogate', 'a\ud800', 'text/plain', 'utf16 "a\\ud800" by "text/plain"'],
    ['JSON with a lone surrogate', '"a\\ud800"', json, 'json "a\\ud800" by "application/json"'],
    ['a form', 'b=1&a=2&b=0', `${form}; charset=utf-8`, `form {"a":["2"],"b":["1","0"]} by "${form}; charset=utf-8"`],
    ['a form’s text as another content type', 'b=1&a=2', 'text/plain', 'text b=1&a=2 by "text/plain"'],
    ['parsed JSON', { b: 1, a: 'ä' }, json, 'json {"a":"ä","b":1} by "application/json"'],
    ['a parsed number', 100, json, 'json 100 by "application/json"'],
    ['a parsed form', { b: ['1', '0'], a: '2' }, form, `form {"a":["2"],"b":["1","0"]} by "${form}"`],
    ['a parsed form with an object in it', { a: { b: '1' } }, form, `form {"a":[{"b":"1"}]} by "${form}"`],
    ['a parsed list that claims to be a form', ['a'], form, `json ["a"] by "${form}"`],
  ])('is a text that says its kind: %s', (_what, body, contentType, expected) => {
    expect(identity(body, contentType)).toBe(expected);
  });

  it.each([
    ['bytes and the JSON of their base64', identityOfBytes(new Uint8Array([0xd7, 0x6d, 0xf8])), identity('1234')],
    ['other bytes', identityOfBytes(new Uint8Array([0xff])), identityOfBytes(new Uint8Array([0xfe]))],
    [
      'bytes and text that looks like their identity',
      identityOfBytes(new Uint8Array([0xff])),
      identity(identityOfBytes(new Uint8Array([0xff]))),
    ],
    ['null and no body', identity('null'), identity(undefined)],
    ['a number and its text', identity('1'), identity('"1"')],
    ['text and JSON of that text', identity('a=1'), identity('"a=1"')],
    ['numbers too large', identity('1e999'), identity('1e998')],
    ['numbers too small', identity('1e-999'), identity('0')],
    ['__proto__ and nothing', identity('{"__proto__":{"a":1}}'), identity('{}')],
    ['lone surrogates', identity('"\\ud800"'), identity('"\\ud801"')],
    ['lone surrogates as sent', identity('\ud800', 'text/plain'), identity('\ud801', 'text/plain')],
    [
      'lone surrogates in multipart',
      identity('--b\r\n\ud800\r\n--b--', 'multipart/x; boundary=b'),
      identity('--b\r\n\ufffd\r\n--b--', 'multipart/x; boundary=b'),
    ],
    ['nestings beyond the limit', identity(nested(100_000, '1')), identity(nested(100_000, '2'))],
    ['malformed escapes in forms', identity('a=%ff', form), identity('a=%fe', form)],
    ['the order of a name’s values', identity('a=1&a=2', form), identity('a=2&a=1', form)],
    ['a form and JSON', identity('{"a":["1"]}', form), identity('a=1', form)],
  ])('tells apart %s', (_what, one, other) => {
    expect(one).not.toBe(other);
  });

  it('is the same for text and for its bytes as base64, but not for bytes that a parser has made', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
          fc.webQueryParameters(),
        ),
        fc.constantFrom(undefined, json, form, 'text/plain', 'multipart/mixed; boundary=b'),
        (text, contentType) => {
          expect(identityOfBytes(text, contentType)).toBe(identity(text, contentType ?? ''));
          expect(identity(Buffer.from(text), contentType ?? '')).not.toBe(identity(text, contentType ?? ''));
        },
      ),
      options,
    );
  });

  it('is the same as before a middleware parsed it', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 4 });
    const name = text.filter((value) => /^[\w-]+$/.test(value));
    fc.assert(
      fc.property(
        fc.jsonValue().filter((value) => typeof value !== 'string' && parseJson(JSON.stringify(value)).isCertain),
        fc.array(fc.tuple(name, text), { minLength: 1, maxLength: 9 }),
        (value, pairs) => {
          expect(identity(JSON.parse(JSON.stringify(value)) ?? undefined)).toBe(
            value === null ? 'none' : identity(JSON.stringify(value)),
          );
          const sent = new URLSearchParams(pairs).toString();
          expect(identity(Object.assign({}, parse(sent)), form)).toBe(identity(sent, form));
        },
      ),
      options,
    );
  });

  it('doesn’t depend on the boundary of a multipart body, which may be binary', () => {
    const sent = (boundary: string): string =>
      identityOfBytes(
        Buffer.concat([
          Buffer.from(`--${boundary}\r\nA: 1\r\n\r\n`),
          new Uint8Array([0xff]),
          Buffer.from(`\r\n--${boundary}--\r\n`),
        ]),
        `multipart/form-data; boundary="${boundary}"`,
      );
    expect(sent('a')).toBe(sent('b/b'));
    expect(sent('a')).toMatch(/^multipart /);
    const malformed = '\r\n--a\r\n\r\n1\r\n--a--\r\n\r\n--b\r\n\r\n2\r\n--b--\r\n';
    const [byA, byB] = ['a', 'b'].map((boundary) => identity(malformed, `multipart/form-data; boundary=${boundary}`));
    expect(byA).toMatch(/^text [\s\S]* by "multipart\/form-data; boundary=a"$/);
    expect(byA).not.toBe(byB);
  });

  it('takes no long time, even with a million fields of a form or as many levels of JSON', () => {
    const start = performance.now();
    identity('a&'.repeat(1e6), form);
    identity(nested(1e6, '1'));
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('a body', () => {
  it('has text where it is text', () => {
    const text = (body: unknown, isBase64Encoded = false) =>
      readBody({ body, isBase64Encoded, contentType: json }).text;
    expect(text('a')).toBe('a');
    expect(text('77u/YQ==', true)).toBe('\ufeffa');
    expect(text('/w==', true)).toBeUndefined();
    expect(text({ a: 1 })).toBeUndefined();
    expect(text(undefined)).toBeUndefined();
  });

  it('is parsed once, for whoever asks', () => {
    const reading = readBody({ body: '{"a":9007199254740993}', isBase64Encoded: false, contentType: 'text/plain' });
    expect(reading.json()).toMatchObject({ value: { a: 9007199254740992 } });
    expect(reading.json()?.inexact()).toEqual(new Set([9007199254740992]));
    expect(reading.json()).toBe(reading.json());
  });

  it('is no JSON when it is something else', () => {
    expect(readBody({ body: 'a', isBase64Encoded: false, contentType: json }).json()).toBeUndefined();
    expect(readBody({ body: '/w==', isBase64Encoded: true, contentType: json }).json()).toBeUndefined();
    const parsed = readBody({ body: { a: 1 }, isBase64Encoded: false, contentType: json }).json();
    expect(parsed).toMatchObject({ value: { a: 1 } });
    expect(parsed?.inexact()).toEqual(new Set());
  });
});
