import { gzipSync } from 'node:zlib';
import { Functions, PowertoolsFunctions } from '@aws-lambda-powertools/jmespath/functions';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { fromJmesPath } from '../../functions/idempotency/entries/jmespath.ts';
import { combine, fromHeader, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const context = lambdaContext();
const order = { orderId: 7, user: { id: 'u-1', tags: ['a', 'b'] }, items: [{ sku: 'x' }, { sku: 'y' }] };

class OwnFunctions extends PowertoolsFunctions {
  funcShout([text]: string[]): string {
    return `${text?.toUpperCase()}!`;
  }
}

describe('fromJmesPath', () => {
  it.each([
    ['orderId', order, 7],
    ['[orderId, user.id]', order, [7, 'u-1']],
    ['{order: orderId, user: user.id}', order, { order: 7, user: 'u-1' }],
    ['items[].sku', order, ['x', 'y']],
    ['powertools_json(body).[orderId, user.id]', httpApiEvent({ body: order }), [7, 'u-1']],
    ['powertools_json(powertools_base64(data)).orderId', { data: btoa(JSON.stringify(order)) }, 7],
    [
      'powertools_json(powertools_base64_gzip(data)).orderId',
      { data: gzipSync(JSON.stringify(order)).toString('base64') },
      7,
    ],
    ['headers."content-type"', httpApiEvent(), 'application/json'],
  ])('selects %s', async (expression, event, key) => {
    expect(await fromJmesPath(expression)(event)).toEqual(key);
  });

  it.each(['sort(steps)', 'reverse(steps)', 'sort_by(steps, &@)', 'sort(*[])'])(
    'G55: %s changes nothing of the event',
    async (expression) => {
      const event = { steps: ['pick', 'charge', 'ship'] };
      const selected = await fromJmesPath(expression)(event);
      expect(event).toEqual({ steps: ['pick', 'charge', 'ship'] });
      expect(await fromJmesPath(expression)(event)).toEqual(selected);
    },
  );

  it.each([
    ['powertools_base64_gzip(data)', { data: gzipSync(Buffer.alloc(2 ** 25 + 1)).toString('base64') }],
    ['powertools_base64_gzip(data)', { data: 1 }],
    ['powertools_base64(data)', { data: [{ order: 1 }] }],
    ['powertools_base64(data)', { data: Buffer.from('\ufeffo-1').toString('base64') }],
    ['powertools_json(data)', { data: [1] }],
    ['powertools_base64(data)', { data: '/w==' }],
    ['powertools_base64(data)', { data: '{"a":1}=' }],
    ['powertools_base64(data)', { data: 'YQ' }],
    ['powertools_base64(data)', { data: 'Y Q=' }],
    ['powertools_json(data)', { data: JSON.stringify({ '\\': 1 }) }],
    ['powertools_json(data)', { data: { orderId: 7 } }],
  ])('refuses what %s can’t be made of', (expression, event) => {
    expect(() => fromJmesPath(expression)(event)).toThrow(
      expect.objectContaining({ code: 'ILLEGAL_ARGUMENT', message: expect.stringContaining('lacks a value') }),
    );
  });

  it('calls functions of your own', async () => {
    const source = fromJmesPath('shout(user.id)', { customFunctions: new OwnFunctions() });
    expect(await source(order)).toBe('U-1!');
  });

  describe('under idempotencyKey', () => {
    const guarded = (expression: string, optional = false) => {
      const handler = middy(async () => ({ statusCode: 201, body: `${Math.random()}` })).use(
        idempotencyKey({ key: fromJmesPath(expression), store: memoryStore(), optional }),
      );
      return (body: unknown): Promise<unknown> => handler(httpApiEvent({ body }) as never, context as never);
    };

    it('names the operation', async () => {
      const call = guarded('powertools_json(body).[orderId, user.id]');
      const first = await call(order);
      expect(await call(order)).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
      expect(await call({ ...order, orderId: 8 })).not.toMatchObject({ body: (first as { body: string }).body });
    });

    it.each([
      ['powertools_json(body).orderId', {}],
      ['powertools_json(body).[orderId, user.id]', { orderId: 7 }],
      ['powertools_json(body).[orderId, user.id]', { orderId: 7, user: { id: '' } }],
      ['powertools_json(body).{order: orderId, user: user.id}', { orderId: 7 }],
      ['powertools_json(body).items[].{sku: sku, size: size}', order],
      ['powertools_json(body).items[].size', order],
    ])('%s refuses a request of which any part is missing', async (expression, body) => {
      expect(await guarded(expression)(body)).toMatchObject({ statusCode: 400 });
      expect(await guarded(expression, true)(body)).toMatchObject({ statusCode: 201 });
    });

    it('0 and false are values; a document with an empty field is a missing key', async () => {
      expect(await guarded('powertools_json(body).[a, b]')({ a: 0, b: false })).toMatchObject({ statusCode: 201 });
      expect(await guarded('powertools_json(body)')({ a: 1, b: null })).toMatchObject({ statusCode: 400 });
    });

    it.each(['9007199254740993', '-9007199254740993', '[{"id":9007199254740993}]'])(
      'G54: refuses the number %s, which JavaScript can’t hold, with 400',
      async (orderId) => {
        expect(await guarded('powertools_json(body).orderId')(`{"orderId":${orderId}}`)).toMatchObject({
          statusCode: 400,
          body: expect.stringContaining('What powertools_json(body).orderId selects is a number'),
        });
      },
    );

    it.each([
      ['powertools_json(body).n', '{"n":9007199254740991.4}'],
      ['powertools_json(body).n', '{"n":123456789.12345678901}'],
      ['powertools_json(body).n', '{"n":1e400}'],
      ['powertools_json(body).n', '{"n":1e-400}'],
      ['powertools_json(body).[m, n]', '{"n":{"a":[1e400]},"m":1}'],
      ['powertools_json(powertools_json(body).text).n', '{"text":"{\\"n\\":1e400}"}'],
      ['powertools_json(body).to_string(n)', '{"n":123456789.12345678901}'],
      ['to_number(powertools_json(body).n)', '{"n":"0.1000000000000000001"}'],
      ['powertools_json(body).sort_by(l, &n)[].m', '{"l":[{"n":1e400,"m":1}]}'],
    ])('G319: %s refuses %s, a number that others are read as too, as key and as fingerprint', async (path, body) => {
      for (const customFunctions of [undefined, new OwnFunctions()]) {
        const select = fromJmesPath(path, { ...(customFunctions && { customFunctions }) });
        for (const options of [{ key: select }, { key: () => 'k', fingerprint: select }]) {
          const handler = middy(async () => ({ statusCode: 201 })).use(
            idempotencyKey({ store: memoryStore(), ...options }),
          );
          expect(await handler(httpApiEvent({ body }) as never, context as never)).toMatchObject({
            statusCode: 400,
            body: expect.stringContaining('Send it as text'),
          });
        }
      }
    });

    it.each(['', ' ', '\t'])('finds no number in the text %j', async (n) => {
      expect(await guarded('to_number(powertools_json(body).n)')(JSON.stringify({ n }))).toMatchObject({
        statusCode: 400,
      });
      expect(await guarded('to_number(powertools_json(body).n)')('{"n":"7"}')).toMatchObject({ statusCode: 201 });
    });

    it.each(['8.9000000000000004', '0.1', '-0', '9007199254740991', '123456789.12345679'])(
      'takes the number %s, which a double holds',
      async (n) => {
        expect(await guarded('powertools_json(body).to_string(n)')(`{"n":${n}}`)).toMatchObject({ statusCode: 201 });
      },
    );

    it.each(['/w==', '/g==', btoa('{"n":"\xff"}')])('G319: refuses the bytes %s, which are no text', async (body) => {
      const zipped = gzipSync(Buffer.from(body, 'base64')).toString('base64');
      for (const customFunctions of [undefined, new OwnFunctions()]) {
        const select = (path: string) => fromJmesPath(path, { ...(customFunctions && { customFunctions }) });
        for (const [key, sent] of [
          [select('powertools_base64(body)'), body],
          [select('powertools_base64_gzip(body)'), zipped],
        ] as const) {
          const handler = middy(async () => ({ statusCode: 201 })).use(idempotencyKey({ store: memoryStore(), key }));
          expect(await handler(httpApiEvent({ body: sent }) as never, context as never)).toMatchObject({
            statusCode: 400,
            body: expect.stringContaining('Key is malformed'),
          });
        }
      }
    });

    it.each(['not JSON', undefined])('refuses the body %s with 400', async (body) => {
      expect(await guarded('powertools_json(body).orderId', true)(body)).toMatchObject({ statusCode: 400 });
    });
  });

  it('G319: refuses an event’s own number beyond a double’s range', () => {
    expect(() => fromJmesPath('n')({ n: JSON.parse('1e400') })).toThrow('Send it as text');
  });

  it('is combined with other sources', async () => {
    const event = httpApiEvent({ headers: { tenant: 't-1' }, body: order });
    const source = combine(fromHeader('tenant'), fromJmesPath('powertools_json(body).orderId'));
    expect(await source(event, context)).toEqual(['t-1', 7]);
  });

  it.each([
    ['orderId', 'orderId[', '"orderId[" is not a JMESPath expression'],
    ['orderId', 'orderId ==', '"orderId ==" is not a JMESPath expression'],
    ['orderId', '', '"" must be a JMESPath expression'],
    ['length(items)', 'length(items, items)', 'is not a JMESPath expression: Expected at most 1 argument'],
    ["'made_up(x)'", 'items[].made_up(sku)', 'calls the function `made_up`, which does not exist'],
    ['powertools_json(body)', 'shout(powertools_json(body))', 'calls the function `shout`'],
  ])('accepts %s and refuses %s when the function loads', (good, bad, message) => {
    expect(() => fromJmesPath(good)).not.toThrow();
    expect(() => fromJmesPath(bad)).toThrow(TypeError);
    expect(() => fromJmesPath(bad)).toThrow(message);
  });

  it('takes instances of Functions as customFunctions, and no other options', () => {
    expect(() => fromJmesPath('a', { customFunctions: new Functions() })).not.toThrow();
    expect(() => fromJmesPath('a', { customFunctions: { shout: () => '' } as never })).toThrow(
      '`customFunctions` must be',
    );
    expect(() => fromJmesPath('a', { functions: {} } as never)).toThrow('unknown option `functions`');
  });
});
