import { parse } from 'node:querystring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byName, formPairs } from '../../../functions/idempotency/request/comparison/form.ts';

// A fixed seed, so that a run that fails can be repeated.
const options = { seed: 20_260_101, numRuns: 2000 };

const formFields = (text: string) => byName(formPairs(text));
const entries = (text: string) => Object.entries(formFields(text));

describe('the fields of a form', () => {
  it.each([
    [
      'names with values',
      'a=1&b=2',
      [
        ['a', ['1']],
        ['b', ['2']],
      ],
    ],
    [
      'the values of one name in order',
      'a=2&b=3&a=1',
      [
        ['a', ['2', '1']],
        ['b', ['3']],
      ],
    ],
    [
      'a name without a value',
      'a&b=&=c',
      [
        ['a', ['\udc00']],
        ['b', ['']],
        ['', ['c']],
      ],
    ],
    ['nothing between two &', '&a=1&&', [['a', ['1']]]],
    ['a value with =', 'a=b%3Dc', [['a', ['b=c']]]],
    ['a value that some readers split', 'a=b=c', [['a', ['\udc00b=c']]]],
    ['a plus as a space', 'a+b=c+d%2B', [['a b', ['c d+']]]],
    ['percent-encoded UTF-8', '%C3%A4=%e2%82%ac', [['ä', ['€']]]],
    [
      'a name that is special elsewhere',
      '__proto__=1&constructor=2',
      [
        ['__proto__', ['1']],
        ['constructor', ['2']],
      ],
    ],
    ['nothing', '', []],
  ])('are %s', (_what, text, expected) => {
    expect(entries(text)).toEqual(expected);
  });

  it('keep apart what lossy readers make the same', () => {
    const texts = [
      '%ff',
      '%fe',
      '%',
      '%25',
      '%2',
      '%zz',
      '%C3',
      '%EF%BF%BD',
      '%ED%A0%80',
      '\ud800',
      '\ud801',
      '\udc00%ff',
      '\udc00%25ff',
      '%ff+',
      '%ff ',
      '%C0%80',
      '%00',
    ];
    for (const form of [(text: string) => text, (text: string) => `${text}=1`, (text: string) => `a=${text}`]) {
      expect(new Set(texts.map((text) => JSON.stringify(formFields(form(text))))).size).toBe(texts.length);
    }
  });

  it('are read the same beside one that is malformed', () => {
    const { bad, ...others } = formFields('bad=%ff&%C3%A4+%2b=%e2%82%ac+1&b=%25&__proto__=');
    expect(bad).toEqual(['\udc00%ff']);
    expect(others).toEqual({ ...formFields('%C3%A4+%2b=%e2%82%ac+1&b=%25&__proto__=') });
  });

  it('take no long time, even with 4 MB of escapes', () => {
    const start = performance.now();
    for (const text of ['%ff'.repeat(1.3e6), '%C3%A4'.repeat(6e5), '%'.repeat(4e6), '%ff&'.repeat(1e6)])
      formFields(text);
    // Quadratic, it would be hours.
    expect(performance.now() - start).toBeLessThan(60_000);
  }, 120_000);

  it('are those that URLSearchParams and Node’s querystring read, where the text is well-formed', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 5 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        const form = new URLSearchParams(pairs).toString();
        const fields = formFields(form);
        const flat = Object.entries(fields).flatMap(([name, values]) => values.map((value) => [name, value]));
        expect(flat.sort()).toEqual([...new URLSearchParams(form)].sort());
        const simple = Object.fromEntries(
          Object.entries(fields).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
        );
        expect(simple).toEqual({ ...parse(form) });
      }),
      options,
    );
  });

  it('are different for different texts, unless those decode to the same', () => {
    const text = fc.string({
      unit: fc.constantFrom('%', 'f', '2', '5', 'C', '3', '%C3%A4', '%25', '+', '\udc00', '\ud800', 'ä'),
      maxLength: 6,
    });
    const decoded = (raw: string): unknown => {
      try {
        return raw.isWellFormed() ? ['decoded', decodeURIComponent(raw.replaceAll('+', '%20'))] : ['raw', raw];
      } catch {
        return ['raw', raw];
      }
    };
    fc.assert(
      fc.property(text, text, (one, other) => {
        const same = JSON.stringify(decoded(one)) === JSON.stringify(decoded(other));
        const [left, right] = [one, other].map((raw) => JSON.stringify(entries(`a=${raw}`)));
        expect(left === right).toBe(same);
      }),
      options,
    );
  });
});
