import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, multipartIdentity } from '../../../functions/idempotency/request/comparison/multipart.ts';

// A fixed seed, so that a run that fails can be repeated.
const options = { seed: 20_260_101, numRuns: 1000 };

const written = (parts: readonly (string | Uint8Array)[], boundary: string): Buffer =>
  Buffer.concat([
    ...parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), Buffer.from(part as string), Buffer.from('\r\n')]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);

const identity = (text: string, boundary = 'b'): string | undefined => multipartIdentity(Buffer.from(text), boundary);

describe('the boundary of a multipart body', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data;boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW', '----WebKitFormBoundary7MA4YWxkTrZu0gW'],
    ['multipart/mixed; boundary="gc0pJq0M:08jU534c0p"', 'gc0pJq0M:08jU534c0p'],
    ['multipart/related; charset=utf-8; boundary="a/b"; type=x', 'a/b'],
    ['multipart/form-data; boundary=abc ; charset=utf-8', 'abc'],
    ['multipart/related; type="text/xml"; boundary=abc; start="<a@b>"', 'abc'],
    ['multipart/form-data; boundary=abc;', 'abc'],
    [`multipart/form-data; boundary=${'x'.repeat(70)}`, 'x'.repeat(70)],
  ])('is in %s', (contentType, boundary) => {
    expect(boundaryOf(contentType)).toBe(boundary);
  });

  it.each([
    '',
    'multipart/form-data',
    'application/json; boundary=abc',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary="a',
    'multipart/form-data; boundary="a "',
    'multipart/form-data; boundary="a\\"b"',
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
    'multipart/form-data; xboundary=abc',
    'multipart/form-data; boundary=b; boundary=a',
    'multipart/form-data; x="\\"; boundary=b; y="; boundary=a',
    'multipart/form-data; x="; boundary=b"; boundary=a',
    'multipart/form-data; x=";boundary=b',
    'multipart/form-data; xboundary=b; boundary=a',
    "multipart/form-data; boundary=a; boundary*=utf-8''b",
    'multipart/form-data; name=boundary; boundary=a',
    'multipart/boundary; boundary=a',
    'multipart/form-data; Boundary=a',
    'multipart/form-data; Xboundary=b; boundary=a',
    'multipart/form-data; xBOUNDARY=b; boundary=a',
    'multipart/form-data; boundary=a,multipart/form-data; boundary=b',
  ])('is not in %j', (contentType) => {
    expect(boundaryOf(contentType)).toBeUndefined();
  });

  it('takes no long time to look for, whatever the header', () => {
    const start = performance.now();
    for (const piece of [' ', ';', '; boundary', '; boundary="', '; boundary=a ', 'a'])
      boundaryOf(`multipart/x${piece.repeat(1e4)}`);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('the identity of a multipart body', () => {
  it('doesn’t depend on the boundary', () => {
    expect(identity('--b\r\nA: 1\r\n\r\none\r\n--b--\r\n')).toBe(
      identity('--xyz\r\nA: 1\r\n\r\none\r\n--xyz--\r\n', 'xyz'),
    );
    expect(identity('--b\r\none\r\n--b--')).toBe(identity('--b\r\none\r\n--b--\r\n'));
  });

  it.each([
    ['nothing', ''],
    ['a preamble', 'hello\r\n--b\r\none\r\n--b--\r\n'],
    ['a line break in front', '\r\n--b\r\none\r\n--b--\r\n'],
    ['an epilogue', '--b\r\none\r\n--b--\r\nhello'],
    ['more than one final line break', '--b\r\none\r\n--b--\r\n\r\n'],
    ['no end', '--b\r\none\r\n'],
    ['no end, but a boundary', '--b\r\none\r\n--b'],
    ['no end, but half of it', '--b\r\none\r\n--b-'],
    ['bare line feeds', '--b\none\n--b--\n'],
    ['the boundary’s text within a part', '--b\r\nA: b\r\n\r\none\r\n--b--\r\n'],
    ['a boundary within a line', '--b\r\none --b\r\n--b--\r\n'],
    ['a boundary after a bare line feed', '--b\r\none\n--b\r\ntwo\r\n--b--\r\n'],
    ['a boundary that goes on', '--b\r\none\r\n--bc\r\ntwo\r\n--b--\r\n'],
    ['white space after a boundary', '--b \r\none\r\n--b--\r\n'],
    ['one line break for two boundaries', '--b\r\n--b--\r\n'],
    ['another boundary', '--c\r\none\r\n--c--\r\n'],
  ])('is none with %s', (_what, text) => {
    expect(identity(text)).toBeUndefined();
  });

  const boundaries = fc.uniqueArray(fc.constantFrom('b', 'bb', '--', '----WebKitFormBoundaryA', "a'()+_,-./:=? z"), {
    minLength: 2,
    maxLength: 2,
  });
  const part = fc.oneof(
    fc.string({ unit: fc.constantFrom('\r\n', '-', 'x', 'y', '1,', '\r', '\n'), maxLength: 6 }),
    fc.uint8Array({ maxLength: 6 }),
  );
  const parts = fc.array(part, { maxLength: 4 });

  it('is the same for the same parts, and differs for others, whatever the boundaries', () => {
    let read = 0;
    fc.assert(
      fc.property(parts, parts, boundaries, (one, other, [first = '', second = '']) => {
        const [left, again, right] = [written(one, first), written(one, second), written(other, second)].map(
          (bytes, index) => multipartIdentity(bytes, index === 0 ? first : second),
        );
        if (left === undefined || again === undefined || right === undefined) return;
        read += 1;
        expect(left).toBe(again);
        const [hexOfOne, hexOfOther] = [one, other].map((list) =>
          list.map((item) => Buffer.from(item as string).toString('hex')).join(),
        );
        expect(left === right).toBe(one.length === other.length && hexOfOne === hexOfOther);
      }),
      options,
    );
    expect(read).toBeGreaterThan(options.numRuns / 4);
  });

  it('tells lists of parts apart whose bytes are the same in a row', () => {
    const identities = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc']].map((list) =>
      multipartIdentity(written(list, 'B'), 'B'),
    );
    expect(new Set(identities).size).toBe(5);
  });

  it.each([
    ['many boundaries', '--b\r\n\r\n'],
    ['almost boundaries', '\r\n--'],
    ['line breaks', '\r\n'],
  ])('takes no long time with 4 MB of %s', (_what, piece) => {
    const bytes = Buffer.from(`--b\r\n${piece.repeat(4e6 / piece.length)}x\r\n--b--`);
    const start = performance.now();
    multipartIdentity(bytes, 'b');
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
