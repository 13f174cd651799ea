import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../functions/idempotency/request/comparison/canonical-text.ts';
import { UnnameableValue } from '../../../functions/idempotency/request/comparison/unnameable-value.ts';
import { hostileValue, reordered } from './hostile-values.ts';
import { modelOf, Refused } from './model.ts';

// A fixed seed, so that a run that fails can be repeated.
const options = { seed: 20_260_101, numRuns: 4000 };

const textOf = (value: unknown, mode: 'name' | 'payload'): string | undefined => {
  try {
    return canonicalText(value, mode);
  } catch (error) {
    if (error instanceof UnnameableValue) return undefined;
    throw error;
  }
};

const expected = (value: unknown, mode: 'name' | 'payload'): unknown => {
  try {
    return { model: modelOf(value, mode) };
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
};

describe.each(['name', 'payload'] as const)('the text of a %s', (mode) => {
  it('exists for exactly those values that have one by the rules', () => {
    fc.assert(
      fc.property(hostileValue, (value) => {
        expect(textOf(value, mode) === undefined).toBe(expected(value, mode) === undefined);
      }),
      options,
    );
  });

  it('is the same for exactly those values that are the same by the rules (20,000 values, each with every other)', () => {
    const models = new Map<string, string>();
    const texts = new Map<string, string>();
    let equal = 0;
    for (const value of fc.sample(hostileValue, { seed: options.seed, numRuns: 20_000 })) {
      const text = textOf(value, mode);
      if (text === undefined) continue;
      const model = inspect(expected(value, mode), { depth: null, sorted: true, maxArrayLength: null });
      if (models.has(text)) equal += 1;
      expect(models.get(text) ?? model, text).toBe(model);
      expect(texts.get(model) ?? text, model).toBe(text);
      models.set(text, model);
      texts.set(model, text);
    }
    expect(equal).toBeGreaterThan(5000);
    expect(models.size).toBeGreaterThan(2000);
  });

  it('doesn’t depend on the order of properties', () => {
    fc.assert(
      fc.property(hostileValue, (value) => {
        expect(textOf(reordered(value), mode)).toBe(textOf(value, mode));
      }),
      options,
    );
  });
});

describe('the text of JSON', () => {
  const json = fc.jsonValue({ stringUnit: 'binary', noUnicodeString: false } as never);

  it('is JSON of the same value, and the same in every mode', () => {
    fc.assert(
      fc.property(json, (value) => {
        const parsed = JSON.parse(JSON.stringify(value));
        const text = canonicalText(parsed, 'json');
        expect(JSON.parse(text)).toEqual(parsed);
        expect(canonicalText(parsed, 'payload')).toBe(text);
        expect(textOf(parsed, 'name') ?? text).toBe(text);
      }),
      options,
    );
  });

  it('doesn’t depend on how that was written', () => {
    fc.assert(
      fc.property(json, fc.infiniteStream(fc.nat(5)), (value, choices) => {
        const parsed = JSON.parse(JSON.stringify(value));
        expect(canonicalText(JSON.parse(rewritten(parsed, choices)), 'json')).toBe(canonicalText(parsed, 'json'));
      }),
      options,
    );
  });
});

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON of a value with other white space, escapes, spellings of numbers, and another order of properties. */
const rewritten = (value: unknown, choices: Iterator<number>): string => {
  const choose = <Choice>(...options: Choice[]): Choice =>
    options[(choices.next().value ?? 0) % options.length] as Choice;
  const space = () => choose('', ' ', '\n\t', '\r ');
  const text = (string: string) => choose(JSON.stringify(string), `"${string.split('').map(escaped).join('')}"`);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number')
    return choose(JSON.stringify(value), value.toExponential(), value.toExponential().toUpperCase());
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${space()}${value.map((item) => rewritten(item, choices)).join(`${space()},${space()}`)}]`;
  const entries = Object.entries(value).map(
    ([key, item]) => `${text(key)}${space()}:${space()}${rewritten(item, choices)}`,
  );
  return `{${space()}${choose(entries, entries.toReversed()).join(`,${space()}`)}${space()}}`;
};
