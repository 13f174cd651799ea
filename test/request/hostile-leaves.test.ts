import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  fromBody,
  fromPath,
  fromQuery,
  IdempotencyError,
  idempotencyKey,
  recordId,
  routeOf,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { lambdaContext } from '../support/lambda.ts';
import { changed, fixture, type Sample } from './fixture.ts';

const names = readdirSync(join(import.meta.dirname, '../fixtures/events')).map((file) => file.replace('.json', ''));

/** The samples, and forms of them in which more is read. */
const events: readonly [name: string, event: Sample][] = [
  ...names.map((name): [string, Sample] => [name, fixture(name)]),
  [
    'a REST API with a greedy route',
    changed(fixture('rest-iam'), {
      resource: '/{proxy+}',
      path: '/a/b',
      pathParameters: { proxy: 'a/b' },
      'requestContext/path': '/v1/a/b',
    }),
  ],
  [
    'a mail to two recipients',
    changed(fixture('ses'), { 'Records/0/ses/receipt/recipients': ['b@example.com', 'a@example.com'] }),
  ],
];

const unreadable = new Error('a getter of this event throws');

/** What no JSON holds, or nobody would expect in its place: none of it has a text. */
const hostileValues: readonly [name: string, descriptor: PropertyDescriptor][] = [
  ['a toString that is none', { value: { toString: 1 } }],
  ['a toString that throws', { value: { toString: () => expect.unreachable() } }],
  ['no prototype', { value: Object.create(null) }],
  ['an empty list', { value: [] }],
  ['a list of what has no text', { value: [{ toString: 1 }] }],
  ['an empty object', { value: {} }],
  ['nested nulls', { value: { a: { b: null }, c: [null] } }],
  ['a symbol', { value: Symbol('a') }],
  ['a bigint', { value: 1n }],
  ['NaN', { value: Number.NaN }],
  ['a function', { value: () => 'a' }],
  ['null', { value: null }],
  [
    'a getter that throws',
    {
      get: () => {
        throw unreadable;
      },
    },
  ],
];

type Path = readonly [string, ...string[]];

const pathsOf = (value: unknown): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => [[name], ...pathsOf(inner).map((rest) => [name, ...rest])])
    : [];

const replaced = (event: unknown, [name, ...rest]: Path, descriptor: PropertyDescriptor): unknown => {
  const copy = (Array.isArray(event) ? [...event] : { ...(event as object) }) as Record<string, unknown>;
  const [next, ...others] = rest;
  const content = next === undefined ? descriptor : { value: replaced(copy[name], [next, ...others], descriptor) };
  return Object.defineProperty(copy, name, { configurable: true, enumerable: true, ...content });
};

const context = lambdaContext();
const options = { store: memoryStore(), quiet: true };

/** Every way in which an operation is named, by each of its own places. */
const namings: Readonly<Record<string, (event: unknown) => Promise<unknown>>> = {
  'by default': (event) => recordId({ ...options, context, event }),
  'by a key': (event) => recordId({ ...options, context, key: () => 'k', event }),
  'by the body': (event) => recordId({ ...options, context, key: fromBody('id'), scope: () => 'all', event }),
  'by the path': (event) => recordId({ ...options, context, key: fromPath('proxy'), scope: () => 'all', event }),
  'by the query': (event) => recordId({ ...options, context, key: fromQuery('name'), scope: () => 'all', event }),
  'by a token': (event) => recordId({ ...options, context, token: () => 't', event }),
  'by arguments': (event) => recordId({ ...options, context, name: 'wrapped', args: [event] }),
};

const handlers: Readonly<Record<string, (event: unknown) => Promise<unknown>>> = {
  idempotencyKey: async (event) =>
    middy(async () => 'done').use(idempotencyKey({ ...options, key: () => crypto.randomUUID() }))(
      event,
      context as never,
    ),
  singleUseToken: async (event) => middy(async () => 'done').use(singleUseToken(options))(event, context),
};

/** A refusal that says what is wrong in words of this library's, not V8's. */
const isClear = (error: unknown): boolean =>
  error === unreadable ||
  IdempotencyError.is(error) ||
  (error instanceof TypeError && /does not identify the caller .*(scope|principalId)/.test(error.message));

const unclearOf = async (event: Sample, ways: typeof namings, values: typeof hostileValues): Promise<string[]> => {
  const unclear: string[] = [];
  for (const path of pathsOf(event)) {
    for (const [kind, descriptor] of values) {
      const hostile = replaced(event, path as unknown as Path, descriptor);
      for (const [way, call] of Object.entries(ways)) {
        const error: unknown = await call(hostile).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined && !isClear(error)) unclear.push(`${path.join('.')}: ${kind}, ${way}: ${error}`);
      }
    }
  }
  return unclear;
};

describe.each(events)('%s with a value without text in place of any field', (_name, event) => {
  it('G317: is read, or refused in words that say what to do', async () => {
    expect(await unclearOf(event, namings, hostileValues)).toEqual([]);
  });

  it('G317: is handled, or refused so, by each middleware', async () => {
    expect(await unclearOf(event, handlers, hostileValues.slice(0, 1))).toEqual([]);
  });
});

it('G317: a list of one text is not that text', () => {
  const event = fixture('app-sync-cognito');
  const name = (event['info'] as Sample)['parentTypeName'];
  expect(routeOf(changed(event, { 'info/parentTypeName': [name] }))).not.toEqual(routeOf(fixture('app-sync-cognito')));
});
