import middy from '@middy/core';
import serializer from '@middy/http-response-serializer';
import { describe, expect, it } from 'vitest';
import { type IdempotencyEvent, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Answer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded?: boolean;
}

class Price {
  readonly #cents = 995;
  toJSON() {
    return { cents: this.#cents };
  }
}

class Line {
  readonly amount = 5;
}

const { rawJSON: rawJson } = JSON as unknown as { rawJSON: (text: string) => object };

const pdf = Buffer.from('%PDF-1.7 …');

/** What is sent of a body, by the shell. */
type Shape = (body: never) => string;

const csv: Shape = (rows: Iterable<Iterable<unknown>>) => [...rows].map((row) => [...row].join(';')).join('\n');

const shells = {
  'Middy’s serializer': (shape: Shape) =>
    serializer({
      serializers: [{ regex: /./, serializer: ({ body }) => shape(body as never) }],
      defaultContentType: 'application/json',
    }),
  'a middleware of one’s own': (shape: Shape) => ({
    after: (request: { response: { body: unknown } }) => {
      const { body } = request.response;
      if (typeof body !== 'string') request.response.body = shape(body as never);
    },
  }),
};

const shaped = (shell: keyof typeof shells, body: unknown, shape: Shape) => {
  const events: IdempotencyEvent[] = [];
  let runs = 0;
  const once = middy(async () => {
    runs += 1;
    return { statusCode: 200, headers: {}, body };
  }).use(
    idempotencyKey({
      ...{ store: memoryStore(), tellRetention: false, quiet: true },
      onEvent: (event) => events.push(event),
    }) as middy.MiddlewareObj,
  );
  const handler = middy((event: unknown, context: never) => once(event, context)).use(
    shells[shell](shape) as never,
  ) as unknown as (event: unknown, context: unknown) => Promise<Answer>;
  return {
    call: () => handler(httpApiEvent({ headers: { 'idempotency-key': 'k' }, body: {} }), lambdaContext()),
    runs: () => runs,
    reasons: () => events.flatMap(({ reason }) => reason ?? []),
  };
};

const shellNames = Object.keys(shells) as (keyof typeof shells)[];

describe.each(shellNames)('an answer whose body %s shapes', (shell) => {
  it.each<[what: string, body: unknown, shape: Shape]>([
    ['bytes', pdf, (body: Buffer) => Buffer.from(body).toString('base64')],
    ['a Map', new Map([['paid', 12]]), csv],
    ['a Map in it', { rows: new Map([['paid', 12]]) }, ({ rows }: { rows: Map<string, number> }) => csv(rows as never)],
    ['a Set', new Set([['paid', 12]]), csv],
    ['an array of bytes', new Float64Array([1.5]), (body: Float64Array) => body.join(';')],
    ['a function', { text: () => 'paid' }, ({ text }: { text: () => string }) => text()],
    ['a number as raw JSON', { id: rawJson('9007199254740993') }, (body: object) => JSON.stringify(body)],
    ['a bigint', { id: 9007199254740993n }, ({ id }: { id: bigint }) => `${id}`],
  ])(
    'G311: that JSON can’t say (%s) is the first caller’s only: a repeat is told so, and so is a developer',
    async (_what, body, shape) => {
      const { call, runs, reasons } = shaped(shell, body, shape);
      expect(await call()).toMatchObject({ statusCode: 200, body: shape(body as never) });
      expect(reasons()).toEqual(['not JSON']);
      const repeat = await call();
      expect([repeat.statusCode, runs()]).toEqual([409, 1]);
      expect(repeat.headers).not.toHaveProperty('idempotent-replayed');
    },
  );

  it.each<[what: string, body: unknown]>([
    ['a date', { at: new Date(0) }],
    ['only a date', new Date(0)],
    ['what says how it is written', { price: new Price() }],
    ['an instance of a class', [new Line()]],
    ['undefined', { note: undefined, list: [undefined] }],
    ['a number beyond JSON', { rate: Number.NaN, left: -0 }],
    ['a URL', { shop: new URL('https://a.example/') }],
    ['plain JSON', { id: 1, list: [{ a: null }] }],
    ['text', 'paid'],
  ])('G311: is shaped alike for the first caller and for a repeat: %s', async (_what, body) => {
    for (const shape of [JSON.stringify, (given: object) => Object.entries(given).join(), String] as Shape[]) {
      const { call, runs, reasons } = shaped(shell, body, shape);
      const first = await call();
      const repeat = await call();
      expect([repeat.statusCode, repeat.body]).toEqual([first.statusCode, first.body]);
      expect([runs(), reasons()]).toEqual([1, []]);
      expect(repeat.headers['idempotent-replayed']).toBe('true');
    }
  });
});

it('G311: what Lambda sends of the first answer is as before', async () => {
  const answer = { statusCode: 200, body: { at: new Date(0), price: new Price(), note: undefined } };
  const { call } = shaped('a middleware of one’s own', answer.body, ((body: unknown) => body) as never);
  expect(JSON.stringify((await call()).body)).toBe(JSON.stringify(answer.body));
});

it('G311: what is not remembered, and what has no key, is left as it is', async () => {
  const seen: unknown[] = [];
  const body = { at: new Date(0) };
  for (const [statusCode, headers] of [
    [500, { 'idempotency-key': 'k' }],
    [200, {}],
  ] as const) {
    const once = middy(async () => ({ statusCode, body })).use(
      idempotencyKey({ store: memoryStore(), optional: true, tellRetention: false }) as middy.MiddlewareObj,
    );
    seen.push(((await once(httpApiEvent({ headers, body: {} }), lambdaContext())) as { body: unknown }).body);
  }
  expect(seen).toEqual([body, body]);
});
