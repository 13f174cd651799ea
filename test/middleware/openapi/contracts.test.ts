import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import middy from '@middy/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusCodes } from '../../../functions/idempotency/base/error.ts';
import {
  combine,
  fromBody,
  fromHeader,
  fromQuery,
  idempotencyKey,
} from '../../../functions/idempotency/entries/main.ts';
import {
  idempotencyKeyContract,
  type OpenApiContract,
  openApiComponents,
  singleUseTokenContract,
  uniqueIndexContract,
  withContract,
} from '../../../functions/idempotency/entries/openapi.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';
import { parseKeyText } from '../../../functions/idempotency/request/key/header-value.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';

const key = fromHeader('Idempotency-Key');

interface RefusalSchema {
  properties: { status: { const: number }; code: { enum: (keyof typeof statusCodes)[] } };
}

/** By status: what a refusal's `status` and `code` may be. */
const refusalsOf = ({ responses }: OpenApiContract) =>
  Object.entries(responses).map(([status, { content }]) => {
    const schema = content['application/problem+json']?.schema as unknown as RefusalSchema;
    return { status: Number(status), described: schema.properties.status, code: schema.properties.code };
  });

const claimed = ['ILLEGAL_ARGUMENT', 'IN_PROGRESS', 'PAYLOAD_MISMATCH', 'RESULT_UNAVAILABLE', 'STORE_UNAVAILABLE'];

describe('a contract', () => {
  it.each([
    ['idempotencyKey', idempotencyKeyContract(), claimed],
    [
      'idempotencyKey, afterCrash reject',
      idempotencyKeyContract({ afterCrash: 'reject' }),
      [...claimed, 'OUTCOME_UNKNOWN'],
    ],
    [
      'singleUseToken',
      singleUseTokenContract(),
      ['ILLEGAL_ARGUMENT', 'IN_PROGRESS', 'OUTCOME_UNKNOWN', 'REPETITIVE_OPERATION', 'STORE_UNAVAILABLE'],
    ],
    [
      'singleUseToken, retainResult',
      singleUseTokenContract({ retainResult: true }),
      [...claimed, 'REPETITIVE_OPERATION'],
    ],
    ['uniqueIndex', uniqueIndexContract(), ['CONDITION_FAILED', 'DUPLICATE', 'OUTCOME_UNKNOWN', 'STORE_UNAVAILABLE']],
    ['uniqueIndex, key', uniqueIndexContract({ key }), [...claimed, 'CONDITION_FAILED', 'DUPLICATE']],
    [
      'uniqueIndex, key, optional',
      uniqueIndexContract({ key, optional: true }),
      [...claimed, 'CONDITION_FAILED', 'DUPLICATE', 'OUTCOME_UNKNOWN'],
    ],
    [
      'uniqueIndex, onDuplicate',
      uniqueIndexContract({ onDuplicate: () => ({ statusCode: 200 }) }),
      ['CONDITION_FAILED', 'OUTCOME_UNKNOWN', 'STORE_UNAVAILABLE'],
    ],
  ])('of %s has the refusals that it can give, by status', (_which, contract, codes) => {
    const refusals = refusalsOf(contract);
    expect(refusals.flatMap(({ code }) => code.enum).sort()).toEqual([...codes].sort());
    for (const { status, described, code } of refusals) {
      expect(described.const).toBe(status);
      for (const each of code.enum) expect(statusCodes[each]).toBe(status);
    }
  });

  it.each([
    ['by default', idempotencyKeyContract(), [['header', 'Idempotency-Key', true]]],
    ['optional', idempotencyKeyContract({ optional: true }), [['header', 'Idempotency-Key', false]]],
    [
      'by another header',
      idempotencyKeyContract({ key: fromHeader('X-Request-Id') }),
      [['header', 'X-Request-Id', true]],
    ],
    ['made of fields', idempotencyKeyContract({ key: fromBody('orderId') }), []],
    [
      'made of a header and fields',
      idempotencyKeyContract({ key: combine(key, fromBody('a')) }),
      [['header', 'Idempotency-Key', true]],
    ],
    ['made by a function', idempotencyKeyContract({ key: () => 'k' }), []],
    [
      'a token',
      singleUseTokenContract(),
      [
        ['header', 'token', false],
        ['query', 'token', false],
      ],
    ],
    ['a token by another parameter', singleUseTokenContract({ token: fromQuery('t') }), [['query', 't', true]]],
    ['none', uniqueIndexContract(), []],
  ])('has the parameters that name the operation: %s', (_which, { parameters }, expected) => {
    expect(parameters.map(({ in: place, name, required }) => [place, name, required])).toEqual(expected);
  });

  it('has the headers that answers have by the options', () => {
    expect(Object.keys(idempotencyKeyContract().headers)).toEqual(['Idempotent-Replayed']);
    expect(Object.keys(idempotencyKeyContract({ tellRetention: true, toStore: (answer) => answer }).headers)).toEqual([
      'Idempotent-Replayed',
      'Idempotent-Redacted',
      'Idempotency-Key-Max-Age',
    ]);
    expect(singleUseTokenContract().headers).toEqual({});
  });

  it('refuses what the middleware refuses', () => {
    expect(() => idempotencyKeyContract({ optinal: true } as never)).toThrow('unknown option `optinal`');
    expect(() => singleUseTokenContract({ tellRetention: true } as never)).toThrow('unknown option `tellRetention`');
    expect(() => uniqueIndexContract({ optional: true } as never)).toThrow('unknown option `optional`');
  });

  it('describes keys that the library takes, and nothing else', () => {
    const [parameter] = idempotencyKeyContract().parameters;
    const pattern = new RegExp(String(parameter?.schema['pattern']), 'u');
    const isTaken = (text: string): boolean => {
      try {
        return parseKeyText(text, (reason) => new Error(reason)) !== '';
      } catch {
        return false;
      }
    };
    for (const text of ['', ' ', '"', '""', '"a', 'a,b', 'x'.repeat(256), `"${'x'.repeat(256)}"`]) {
      expect(pattern.test(text)).toBe(false);
    }
    for (const text of ['k', '"k"', '"a,b"', '"a\\"b"', 'x'.repeat(255), `"${'x'.repeat(255)}"`]) {
      expect(pattern.test(text)).toBe(true);
    }
    const ascii = fc.string({
      unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
      maxLength: 300,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          ascii,
          ascii.map((text) => `"${text}"`),
        ),
        (text) => {
          // Spaces around a header's value are none of its.
          fc.pre(text === text.trim());
          expect([text, pattern.test(text)]).toEqual([text, isTaken(text)]);
        },
      ),
    );
  });
});

describe('an operation under a contract', () => {
  const own = {
    operationId: 'pay',
    parameters: [{ name: 'trace', in: 'header' }],
    responses: {
      201: { description: 'Paid.', headers: { Location: {} } },
      400: { description: 'Invalid.' },
      409: {
        description: 'Sold out.',
        content: {
          'application/problem+json': { schema: { title: 'own' } },
          'text/plain': { schema: { type: 'string' } },
        },
      },
    },
  };
  const guarded = withContract(own, idempotencyKeyContract());

  it('keeps its own, and has what the contract adds', () => {
    expect(guarded.operationId).toBe('pay');
    expect(guarded.parameters).toMatchObject([{ name: 'trace' }, { name: 'Idempotency-Key' }]);
    expect(guarded.responses['201']).toEqual({
      description: 'Paid.',
      headers: { Location: {}, 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } },
    });
    expect(guarded.responses['400']).not.toHaveProperty('headers.Idempotent-Replayed');
  });

  it('has either answer where both have the same status', () => {
    const conflict = guarded.responses['409'];
    expect(conflict?.description).toMatch(/^Sold out\. `IN_PROGRESS`: /);
    expect(conflict?.content).toMatchObject({
      'application/problem+json': { schema: { anyOf: [{ title: 'own' }, { allOf: expect.any(Array) }] } },
      'text/plain': { schema: { type: 'string' } },
    });
  });
});

it('G274: what the middleware refuses is as its contract describes it', async () => {
  const contract = idempotencyKeyContract();
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: 'document', components: openApiComponents });
  const refs = (schema: unknown) => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));
  const answerOf = middy(async (event: APIGatewayProxyEventV2) => {
    if (event.body === '"slow"') await new Promise((resolve) => setTimeout(resolve, 50));
    return { statusCode: 201, body: '{}' };
  }).use(idempotencyKey({ store: memoryStore() }));
  const send = (idempotencyKey: string | undefined, body: string) =>
    answerOf(
      httpApiEvent({ headers: { ...(idempotencyKey && { 'idempotency-key': idempotencyKey }) }, body }) as never,
      lambdaContext(),
    ) as unknown as Promise<APIGatewayProxyStructuredResultV2>;
  const answers = [
    await send(undefined, '1'),
    ...(await Promise.all([send('k-1', 'slow'), send('k-1', 'slow')])),
    await send('k-1', 'other'),
  ];
  const refused = answers.filter(({ statusCode = 0 }) => statusCode >= 400);
  expect(refused.map(({ statusCode }) => statusCode).sort()).toEqual([400, 409, 422]);
  for (const { statusCode, headers = {}, body = '' } of refused) {
    const response = contract.responses[String(statusCode)];
    const validate = ajv.compile(refs(response?.content[String(headers['content-type'])]?.schema));
    expect([validate(JSON.parse(body)), validate.errors]).toEqual([true, null]);
    expect(validate({ ...JSON.parse(body), code: 'OTHER' })).toBe(false);
    expect(Object.keys(response?.headers ?? {}).includes('Retry-After')).toBe('retry-after' in headers);
  }
});

it('is small, and loads nothing of anybody else', async () => {
  const entry = join(import.meta.dirname, '../../../functions/idempotency/entries/openapi.ts');
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    metafile: true,
    write: false,
  });
  expect(gzipSync(outputFiles[0]?.contents ?? '').length).toBeLessThanOrEqual(4096);
  const [output] = Object.values(metafile.outputs);
  const loaded = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  expect(loaded.filter(([path]) => !path.startsWith('functions/idempotency/'))).toEqual([]);
  expect(output?.imports).toEqual([]);
});
