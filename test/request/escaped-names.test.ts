import middy, { type MiddlewareObj } from '@middy/core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { parseJson, parseWritten } from '../../functions/idempotency/base/parse-json.ts';
import {
  fromBody,
  type IdempotencyKeyOptions,
  idempotencyKey,
  makeIdempotent,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

/** As Python writes it by default. */
const ascii = (json: string): string =>
  json.replaceAll(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const amount = ascii('{"orderId": "o-1", "金額": 100}');
const count = ascii('{"orderId": "o-1", "数量": 100}');

/** What makes V8 13.6 read names of as many letters that begin with an escape as another name. */
beforeAll(() => {
  JSON.parse(String.raw`{"orderId": "x", "\\u": 1}`);
  JSON.parse(String.raw`{"item": 1, "5\\": 1}`);
  for (const name of ['\\', 'a\\', '\\\\', '\\u']) JSON.parse(JSON.stringify({ [name]: 1 }));
});

const charging = (options: IdempotencyKeyOptions = {}) => {
  let runs = 0;
  const handler = middy(async () => ({ statusCode: 201, body: `run ${++runs}` })).use(
    idempotencyKey({ store: memoryStore(), ...options }) as MiddlewareObj,
  ) as unknown as (event: unknown, context: unknown) => Promise<{ statusCode: number; body: string }>;
  return (body: string) =>
    handler(
      httpApiEvent({ headers: { 'idempotency-key': 'k', 'content-type': 'application/json' }, body }),
      lambdaContext(),
    );
};

it('G307: names that are spelled with escapes are told apart, whatever this process has parsed before', async () => {
  const pay = charging();
  expect(await pay(amount)).toMatchObject({ statusCode: 201 });
  expect(await pay(count)).toMatchObject({ statusCode: 422 });
});

it('G307: a name counts by its value, however it is spelled', async () => {
  const pay = charging();
  expect(await pay('{"金額":100,"orderId":"o-1"}')).toMatchObject({ body: 'run 1' });
  expect(await pay(amount)).toMatchObject({ body: 'run 1' });
});

it('a name that can’t be spelled without an escape counts as it was sent', async () => {
  const pay = charging();
  expect(await pay(String.raw`{"item":1,"5\"":2}`)).toMatchObject({ statusCode: 201 });
  expect(await pay(String.raw`{"item":1,"5\\":2}`)).toMatchObject({ statusCode: 422 });
  expect(await pay(String.raw`{"item":1,"5\"":2}`)).toMatchObject({ body: 'run 1' });
});

it('a key is made of a name that is spelled with escapes, and of no body whose names are not certain', async () => {
  const byAmount = charging({ key: fromBody('金額') });
  expect(await byAmount(amount)).toMatchObject({ statusCode: 201 });
  const byItem = charging({ key: fromBody('item') });
  expect(await byItem(String.raw`{"item":{"5\"":2}}`)).toMatchObject({ statusCode: 400 });
  // V8 may read the second name as `item`.
  expect(await byItem(String.raw`{"item":1,"\n":0,"it\u0065n":2}`)).toMatchObject({ statusCode: 400 });
  expect(await byItem(String.raw`{"item":1,"5\"":2}`)).toMatchObject({ statusCode: 400 });
});

it('G307: a result comes back as it was, or not at all', async () => {
  const result = { item: 1, '5"': 2 };
  const options = { name: 's', key: () => 'k', store: memoryStore(), namespace: 'n', leaseMs: 1000 };
  const size = makeIdempotent(async () => result, options);
  expect(await size()).toEqual(result);
  expect(await size().catch(({ code }) => code)).toSatisfy(
    (repeat) => repeat === 'RESULT_UNAVAILABLE' || JSON.stringify(repeat) === JSON.stringify(result),
  );
});

it('what is read is what was written, or nothing, for any names and spellings', () => {
  const name = fc.string({ unit: fc.constantFrom('a', '5', '"', '\\', '/', 'u', '金', '\n', '\ud800', '{', ':', ',') });
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constant(1),
      name,
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(value, (written) => {
      const json = JSON.stringify(written);
      const spelled = ascii(json).replaceAll('/', '\\/');
      const { value: read, isCertain } = parseJson(spelled);
      if (isCertain) expect(JSON.stringify(read)).toBe(json);
      try {
        expect(JSON.stringify(parseWritten(json))).toBe(json);
      } catch (error) {
        expect(String(error)).toContain('V8');
      }
    }),
    { numRuns: 3000, seed: 20260101 },
  );
});
