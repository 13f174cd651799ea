import { setImmediate as tick } from 'node:timers/promises';
import { search } from '@aws-lambda-powertools/jmespath';
import { PowertoolsFunctions } from '@aws-lambda-powertools/jmespath/functions';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { powertoolsRecords } from '../../../functions/idempotency/entries/powertools.ts';
import { exactIdOf } from '../../../functions/idempotency/request/key/exact-id.ts';
import { barrier } from '../../support/barrier.ts';
import { onEachEngine, testClient } from '../../support/dynamodb.ts';
import { ours, persistenceLayer, type Run, theirs } from './powertools.ts';

const payment = { order: { id: 'o-1' }, amount: 100 };
const eventKeyJmesPath = 'order.id';

beforeAll(() => vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'pay'));
afterAll(() => vi.unstubAllEnvs());

const counted = (run: Run = () => ({ paid: crypto.randomUUID() })) => vi.fn(run);

onEachEngine((database) => {
  const shared = async (options = {}) => ({ tableName: await database.createTable(), eventKeyJmesPath, ...options });

  describe('an operation that one library has completed', () => {
    const results = [
      { paid: true, at: [1, null, { deep: 'ü' }] },
      { statusCode: 201, headers: { location: '/p/1' }, body: 'x'.repeat(20_000) },
      'text',
      0,
      null,
    ];

    it.each(results)('is replayed by the other: %j', async (result) => {
      for (const [first, second] of [
        [theirs, ours],
        [ours, theirs],
      ] as const) {
        const options = await shared();
        const run = counted(() => result);
        expect(await first(database, run, options)(payment)).toEqual(result);
        expect(await second(database, run, options)(payment)).toEqual(result);
        expect(run).toHaveBeenCalledTimes(1);
      }
    });

    it('is replayed by ours when it returned nothing', async () => {
      const options = await shared();
      const run = counted(() => undefined);
      await theirs(database, run, options)(payment);
      expect(await ours(database, run, options)(payment)).toBeUndefined();
      expect(run).toHaveBeenCalledTimes(1);
    });

    it('is run again once it has expired', async () => {
      const options = await shared();
      const run = counted();
      await theirs(database, run, options)(payment);
      const now = () => Date.now() + 3_700_000;
      await ours(database, run, options, { now })(payment);
      expect(run).toHaveBeenCalledTimes(2);
    });
  });

  describe('an operation that one library is running', () => {
    /** Starts a handler that waits until the test lets it finish. */
    const started = async (
      library: typeof ours,
      run: ReturnType<typeof counted>,
      options: Parameters<typeof ours>[2],
    ) => {
      const { opened, open } = barrier();
      const running = library(database, () => opened.then(run), options)(payment);
      await expect.poll(() => database.items(options.tableName)).toHaveLength(1);
      return { running, open };
    };

    it('is refused by the other, and replayed once it is done', async () => {
      for (const [first, second, refusal] of [
        [theirs, ours, { code: 'IN_PROGRESS' }],
        [ours, theirs, { name: 'IdempotencyAlreadyInProgressError' }],
      ] as const) {
        const options = await shared();
        const run = counted(() => 'done');
        const { running, open } = await started(first, run, options);
        await expect(second(database, run, options)(payment)).rejects.toMatchObject(refusal);
        open();
        expect(await running).toBe('done');
        expect(await second(database, run, options)(payment)).toBe('done');
        expect(run).toHaveBeenCalledTimes(1);
      }
    });

    // What the migration page warns of. When this fails, Powertools has been mended: tell so there, and drop `completesAbsent`.
    it("loses its record to Powertools' middleware when that refuses a duplicate, whoever runs it, until it is done", async () => {
      for (const first of [theirs, ours]) {
        const options = await shared();
        const { running, open } = await started(first, counted(), options);
        await expect(theirs(database, counted(), options)(payment)).rejects.toThrow('already an execution in progress');
        expect(await database.items(options.tableName)).toEqual([]);
        open();
        await running;
        expect(await database.items(options.tableName)).toMatchObject([{ status: 'COMPLETED' }]);
      }
    });

    it('without telling until when, is refused until its record expires', async () => {
      const options = await shared({ eventKeyJmesPath: '' });
      const { key } = powertoolsRecords({ ...options, client: database.client });
      const id = exactIdOf(await key(payment));
      const expiration = Math.floor(Date.now() / 1000) + 3600;
      const Item = { id, status: 'INPROGRESS', expiration };
      await database.client.send(new PutCommand({ TableName: options.tableName, Item }));
      const at = (seconds: number) => ({ now: () => (expiration + seconds) * 1000 });
      await expect(ours(database, () => 'paid', options, at(-1))(payment)).rejects.toMatchObject({
        code: 'IN_PROGRESS',
      });
      expect(await ours(database, () => 'paid', options, at(0))(payment)).toBe('paid');
    });

    it('is waited for by ours with the option `wait`', async () => {
      const options = await shared();
      const run = counted(() => 'done');
      const { running, open } = await started(theirs, run, options);
      const waiting = ours(database, run, options, { wait: { upToMs: 5000 } })(payment);
      await tick();
      open();
      expect(await Promise.all([running, waiting])).toEqual(['done', 'done']);
      expect(run).toHaveBeenCalledTimes(1);
    });

    it('is run once, however many duplicates come to ours', async () => {
      const options = await shared();
      const run = counted(() => 'done');
      const { running, open } = await started(theirs, run, options);
      const call = ours(database, run, options);
      const duplicates = await Promise.allSettled(Array.from({ length: 20 }, () => call(payment)));
      expect(duplicates.every(({ status }) => status === 'rejected')).toBe(true);
      open();
      await running;
      expect(await call(payment)).toBe('done');
      expect(run).toHaveBeenCalledTimes(1);
    });
  });

  describe('an operation that one library has failed', () => {
    it('is run again by the other', async () => {
      for (const [first, second] of [
        [theirs, ours],
        [ours, theirs],
      ] as const) {
        const options = await shared();
        const failing = first(database, () => Promise.reject(new Error('declined')), options);
        await expect(failing(payment)).rejects.toThrow('declined');
        expect(await second(database, () => 'paid', options)(payment)).toBe('paid');
      }
    });
  });

  describe('an operation whose owner went silent', () => {
    it('under Powertools is taken over by ours, and its zombie loses nothing of the effect', async () => {
      const options = await shared();
      const { opened, open } = barrier();
      const silent = counted(() => opened);
      const zombie = theirs(database, silent, options)(payment);
      await expect.poll(() => silent.mock.calls).toHaveLength(1);
      const later = { now: () => Date.now() + 60_000 };
      expect(await ours(database, () => 'paid', options, later)(payment)).toBe('paid');
      const run = counted();
      expect(await theirs(database, run, options)(payment)).toBe('paid');
      expect(run).not.toHaveBeenCalled();
      open();
      await zombie;
    });

    it('under ours is taken over by Powertools, and its zombie overwrites nothing', async () => {
      const options = await shared();
      const { opened, open } = barrier();
      const silent = counted(async () => {
        await opened;
        return 'stale';
      });
      const earlier = { now: () => Date.now() - 60_000 };
      const zombie = ours(database, silent, options, earlier)(payment);
      await expect.poll(() => silent.mock.calls).toHaveLength(1);
      expect(await theirs(database, () => 'paid', options)(payment)).toBe('paid');
      open();
      await zombie;
      expect(await ours(database, counted(), options)(payment)).toBe('paid');
    });
  });

  it.each([
    ['the whole event as the key', { eventKeyJmesPath: '' }],
    ['another hash function', { hashFunction: 'sha256' }],
    ['a key prefix', { keyPrefix: 'payments' }],
    ['a key of several parts', { eventKeyJmesPath: '[order.id, amount]' }],
    [
      'other attributes',
      { statusAttr: 'state', expiryAttr: 'ttl', inProgressExpiryAttr: 'until', dataAttr: 'result_data' },
    ],
  ])('both find the same record with %s', async (_name, options) => {
    const settings = await shared(options);
    const run = counted();
    const first = await theirs(database, run, settings)(payment);
    expect(await ours(database, run, settings)(payment)).toEqual(first);
    const other = { ...payment, order: { id: 'o-2' } };
    const second = await ours(database, run, settings)(other);
    expect(await theirs(database, run, settings)(other)).toEqual(second);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('both find the same record in a table with a sort key', async () => {
    const tableName = await database.createTable({ partitionKey: 'pk', sortKey: 'sk' });
    const settings = { tableName, eventKeyJmesPath, keyAttr: 'pk', sortKeyAttr: 'sk' };
    const run = counted();
    const first = await theirs(database, run, settings)(payment);
    expect(await ours(database, run, settings)(payment)).toEqual(first);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('another payload with the same key is a repeat, whoever wrote the record, as it was', async () => {
    const options = await shared();
    const call = ours(database, () => 'paid', options);
    await call(payment);
    expect(await call({ ...payment, amount: 999 })).toBe('paid');
    expect(await theirs(database, () => 'again', options)({ ...payment, amount: 999 })).toBe('paid');
  });

  it('another payload is refused where Powertools was told to compare it, whoever wrote the record', async () => {
    const options = { ...(await shared()), payloadValidationJmesPath: '[amount, order]' };
    const [one, other] = [ours(database, () => 'paid', options), theirs(database, () => 'paid', options)];
    await one(payment);
    await other({ ...payment, order: { id: 'o-2' } });
    for (const event of [payment, { ...payment, order: { id: 'o-2' } }]) {
      expect(await one({ ...event, unseen: true })).toBe('paid');
      expect(await other({ ...event, unseen: true })).toBe('paid');
      await expect(one({ ...event, amount: 999 })).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
      await expect(other({ ...event, amount: 999 })).rejects.toThrow('Payload does not match');
    }
  });

  it('is found behind an authorizer that names nobody', async () => {
    const options = { ...(await shared()), eventKeyJmesPath: 'requestContext.order' };
    const call = ours(database, () => 'paid', options);
    const requestContext = { order: 'o-1', authorizer: { lambda: { tenant: 't-1' } }, http: { method: 'POST' } };
    const event = { version: '2.0', rawPath: '/pay', routeKey: 'POST /pay', headers: {}, requestContext };
    expect(await call(event)).toBe('paid');
  });

  it.each([
    ['numbers that DynamoDB refuses', { big: 1e300, small: 1e-200, unsafe: 2 ** 60 }],
    ['nesting that DynamoDB refuses', JSON.parse(`${'['.repeat(40)}1${']'.repeat(40)}`)],
    ['a megabyte', { text: 'x'.repeat(1_000_000) }],
    ['names that get lost', JSON.parse('{"__proto__": 1, "": 2}')],
    ['text that is not well-formed', { text: '\ud800' }],
  ])('a result with %s is replayed by ours', async (_name, result) => {
    const options = await shared();
    const run = counted(() => result);
    await ours(database, run, options)(payment);
    expect(await ours(database, run, options)(payment)).toEqual(result);
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe('powertoolsRecords', () => {
  const client = testClient('http://127.0.0.1:1');

  it('gives every payload the id that Powertools gives it', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const layer = persistenceLayer('http://127.0.0.1:1', { tableName: 'records' }) as unknown as {
      getHashedIdempotencyKey(payload: unknown): string;
    };
    const { key } = powertoolsRecords({ tableName: 'records', client });
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), async (json) => {
        const payload: unknown = JSON.parse(json);
        const id = exactIdOf(await key(payload));
        expect(id === undefined || id === layer.getHashedIdempotencyKey(payload)).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  class Money {
    currency = 'EUR';
    amount = 5;
    toJSON() {
      return '5 EUR';
    }
  }

  it.each<[unknown]>([
    [{ b: 1, a: { B: 2, b: 3 } }],
    [{ a: 1, A: 2 }],
    [{ A: 2, a: 1 }],
    [[[3, 1], 'x']],
    [{ month: new Date('2026-01-01'), url: new URL('https://a.example') }],
    [[Buffer.from('abc'), Uint8Array.of(1, 2)]],
    [new Money()],
    [{ b: Object.create(null, { a: { value: 1, enumerable: true } }) }],
  ])('gives %o the id that Powertools gives it', async (payload) => {
    const layer = persistenceLayer('http://127.0.0.1:1', { tableName: 'records' }) as unknown as {
      getHashedIdempotencyKey(payload: unknown): string;
    };
    const { key } = powertoolsRecords({ tableName: 'records', client });
    expect(exactIdOf(await key(payload))).toBe(layer.getHashedIdempotencyKey(payload));
  });

  it.each([
    ['[order, {user: user}]', { order: 1, users: 'ann' }],
    ['{key: [order, user]}', { order: 1 }],
    ['{order: order, user: user}', { order: 1, user: '' }],
    ['[order, [{user: {id: user.id}}]]', { order: 1, user: {} }],
    ['items[].{sku: sku, size: size}', { items: [{ sku: 'x' }] }],
    ['powertools_json(body).[order, {user: user}]', { body: '{"order":1}' }],
    ['[order, map(&{user: user}, items)]', { order: 1, items: [{}] }],
    ['[order, user]', { order: 1 }],
    ['merge({user: user}, {order: order})', { order: 1 }],
    ['not_null({user: user}, order)', { order: 1 }],
    ['@', [1, null]],
  ])('G49: %s lacks a part, so the key is missing', async (eventKeyJmesPath, event) => {
    const { key } = powertoolsRecords({ tableName: 'records', client, eventKeyJmesPath });
    expect(await key(event)).toBeUndefined();
  });

  it.each([
    ['[order, user]', { order: 1, user: { id: null } }],
    ['user', { user: { id: '' } }],
    ['{user: user}', { user: { id: null } }],
    ['powertools_json(body)', { body: '{"note":null}' }],
    ['powertools_json(body).[order, user]', { body: '{"order":1,"user":{"id":null}}' }],
    ['', { note: null }],
  ])('%s selects a document with an empty field, which is none', async (eventKeyJmesPath, event) => {
    const layer = persistenceLayer('http://127.0.0.1:1', { tableName: 'records' }) as unknown as {
      getHashedIdempotencyKey(payload: unknown): string;
    };
    const payload =
      eventKeyJmesPath === ''
        ? event
        : search(eventKeyJmesPath, event as never, { customFunctions: new PowertoolsFunctions() });
    const { key } = powertoolsRecords({ tableName: 'records', client, eventKeyJmesPath });
    expect(exactIdOf(await key(event))).toBe(layer.getHashedIdempotencyKey(payload));
  });

  it.each(['{amount: amount, note: note}', '[amount, note]', '[amount, {note: note}]'])(
    'compares what %s has found, also where a part is missing',
    async (payloadValidationJmesPath) => {
      const { fingerprint } = powertoolsRecords({ tableName: 'records', client, payloadValidationJmesPath });
      const [one, other, again] = await Promise.all([1, 2, 1].map((amount) => fingerprint({ amount })));
      expect(exactIdOf(one)).not.toBe(exactIdOf(other));
      expect(exactIdOf(one)).toBe(exactIdOf(again));
    },
  );

  it.each<[unknown]>([
    [{ of: new Map([['a', 1]]) }],
    [[new Set([1])]],
    [{ bytes: new ArrayBuffer(4) }],
    [{ error: new Error('a') }],
    [{ error: Object.assign(new Error('a'), { code: 409 }) }],
    [{ of: Object.assign(new Map([['a', 1]]), { id: 1 }) }],
    [{ pattern: /a/ }],
    [{ empty: new (class Hidden {})() }],
    [JSON.parse('{"__proto__":{"x":1},"y":2}')],
    [['o-1', Number.NaN]],
    [{ amount: Number.POSITIVE_INFINITY }],
    [['o-1', new Date(Number.NaN)]],
    [['o-1', Symbol('a')]],
    [['o-1', () => 1]],
    [{ [Symbol('order')]: 1 }],
    [{ list: Object.assign([1], { user: 'ann' }) }],
    [{ list: [undefined, 1] }],
    [{ list: Object.assign([100], { [Symbol('currency')]: 'EUR' }) }],
    [{ list: Array(2) }],
    [
      [
        new (class Price {
          currency = 'EUR';
          #amount = 5;
          more() {
            return this.#amount;
          }
        })(),
      ],
    ],
  ])('G324: refuses %o, of which Powertools sees nothing', async (payload) => {
    const options = { tableName: 'records', client, payloadValidationJmesPath: 'of || @' };
    const { key, fingerprint } = powertoolsRecords(options);
    await expect(key(payload)).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
    await expect(fingerprint(payload)).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
  });

  it('refuses a payload that is nested too deep to be hashed', async () => {
    const { key } = powertoolsRecords({ tableName: 'records', client });
    const deep = JSON.parse(`${'['.repeat(50_000)}1${']'.repeat(50_000)}`);
    await expect(key(deep)).rejects.toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
  });

  it.each([
    [{ hashFunction: 'sha256' }, { hashFunction: 'md6' }, '`hashFunction` must be a hash function that Node has'],
    [{ eventKeyJmesPath: 'a' }, { eventKeyJmesPath: 'a[' }, '"a[" is not a JMESPath expression'],
    [{ dataAttr: 'd' }, { dataAttr: 'status' }, "`status` and `result` are both named 'status'"],
    [{ sortKeyAttr: 'sk' }, { sortKeyAttr: 'id' }, "`keyAttr` and `sortKeyAttr` are both named 'id'"],
    [{ keyPrefix: 'p' }, { prefix: 'p' }, 'unknown option `prefix`'],
  ])('accepts %j and refuses %j when the function loads', (good, bad, message) => {
    expect(() => powertoolsRecords({ tableName: 'records', client, ...good })).not.toThrow();
    expect(() => powertoolsRecords({ tableName: 'records', client, ...bad } as never)).toThrow(message);
  });
});
