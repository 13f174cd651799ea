import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { memoryCache } from '../../functions/idempotency/entries/cache.ts';
import {
  type Encryption,
  IdempotencyError,
  type IdempotencyKeyOptions,
  type IdempotencyRecord,
  idempotencyKey,
  type RecordCache,
  type ResultOverflow,
  resolve,
  StoreError,
} from '../../functions/idempotency/entries/main.ts';
import { powertoolsRecords } from '../../functions/idempotency/entries/powertools.ts';
import { aes } from '../support/aes.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { everyWay, remembering, type Way } from '../support/every-way.ts';
import { type Answer, codeOf, stacked } from '../support/stacked.ts';

const secret = 'sk_live_shown_once';
const answer = () => ({
  statusCode: 201,
  headers: { 'content-type': 'application/json', 'set-cookie': 'session=1' },
  body: JSON.stringify({ id: 'key-1', secret }),
});
const publicBody = JSON.stringify({ id: 'key-1' });
const withoutSecret = (response: Answer) => ({ ...response, body: publicBody });

/** Every form in which a text may lie in an item. */
const lies = (text: string, value: unknown): boolean => {
  if (typeof value === 'string') return value.includes(text);
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value as Uint8Array);
    const inflated = () => {
      try {
        return inflateRawSync(bytes);
      } catch {
        return bytes;
      }
    };
    return [bytes, inflated()].some((form) => form.includes(text));
  }
  return typeof value === 'object' && value !== null && Object.values(value).some((inner) => lies(text, inner));
};

/** What a caller gets: a wrapped function throws where a middleware answers. */
const refusalOf = async (call: Promise<Answer>) => {
  try {
    const given = await call;
    return { code: codeOf(given), detail: JSON.parse(given.body).detail as string, statusCode: given.statusCode };
  } catch (error) {
    if (!IdempotencyError.is(error)) throw error;
    return { code: error.code, detail: error.message, statusCode: error.statusCode };
  }
};

const headersOf = ({ headers = {} }: Answer) => Object.keys(headers).filter((name) => name.startsWith('idempotent-'));

const memoryOverflow = () => {
  const objects = new Map<string, Uint8Array>();
  const overflow: ResultOverflow = {
    put: async (name, data) => void objects.set(name, data),
    get: async (name) => objects.get(name),
  };
  return { overflow, objects };
};

onEachEngine((database) => {
  describe.each(everyWay)('%s', (way: Way) => {
    /** A wrapped function’s result is no answer of the library’s: nothing is added to it. */
    const marks = (...names: string[]) => (way === 'makeIdempotent' ? [] : names);

    describe('with toStore', () => {
      it('G210: the first caller gets all, a repeat what was stored, and is told so; no secret is in the table', async () => {
        const { call, done, items, events } = await remembering(database, way, answer, { toStore: withoutSecret });
        expect(await call()).toEqual(answer());
        const repeat = await call();
        expect(JSON.parse(repeat.body)).toEqual({ id: 'key-1' });
        expect(headersOf(repeat)).toEqual(marks('idempotent-replayed', 'idempotent-redacted'));
        expect([done(), lies(secret, await items())]).toEqual([1, false]);
        expect(events.at(-1)).toMatchObject({ type: 'replayed', redacted: true });
      });

      it('G210: what it does to what it is given never reaches the first caller', async () => {
        const toStore = (response: Answer & { cookies?: string[] }) => {
          response.body = publicBody;
          for (const name of Object.keys(response.headers ?? {})) delete response.headers?.[name];
          return response;
        };
        const { call } = await remembering(database, way, answer, { toStore });
        expect(await call()).toEqual(answer());
        expect((await call()).body).toBe(publicBody);
      });

      it('says nothing of what it left as it was, and keeps no cookie that it brings back', async () => {
        const toStore = (response: Answer) => ({ ...response, headers: { ...response.headers, 'set-cookie': 'a=1' } });
        const { call, events } = await remembering(database, way, answer, { toStore });
        await call();
        const repeat = await call();
        expect(headersOf(repeat)).toEqual(marks('idempotent-replayed'));
        expect(repeat.headers).not.toHaveProperty('set-cookie');
        expect(events.at(-1)).not.toHaveProperty('redacted');
      });

      it.each<[string, (response: Answer) => unknown]>([
        [
          'throws',
          () => {
            throw new TypeError('no such field');
          },
        ],
        ['rejects', () => Promise.reject(new TypeError('no such field'))],
        ['never answers', () => new Promise(() => undefined)],
        ['gives nothing', () => undefined],
        ['gives what is no response', () => ({ id: 'key-1' })],
        ['gives a function', () => () => secret],
        [
          'gives what can’t be read',
          () => ({
            statusCode: 201,
            get body() {
              throw new TypeError('unreadable');
            },
          }),
        ],
      ])('G211: that %s: the first caller gets all, and nothing is kept', async (_case, toStore) => {
        const { call, done, items, events } = await remembering(database, way, answer, { toStore });
        expect(await call('k', 1500)).toEqual(answer());
        expect(lies(secret, await items())).toBe(false);
        expect((await refusalOf(call())).code).toBe('RESULT_UNAVAILABLE');
        expect(done()).toBe(1);
        expect(events.map(({ type }) => type)).toContain('result-unavailable');
      });
    });

    describe('with encryption', () => {
      it('G212: a repeat gets the answer, of which nothing is to be read in the table', async () => {
        const { call, done, items } = await remembering(database, way, answer, { encryption: aes() });
        expect(await call()).toEqual(answer());
        expect([lies(secret, await items()), lies('key-1', await items())]).toEqual([false, false]);
        expect(JSON.parse((await call()).body)).toEqual({ id: 'key-1', secret });
        expect(done()).toBe(1);
      });

      it('G212: what does not fit the record is sealed in its overflow too', async () => {
        const body = `${secret}${randomBytes(600_000).toString('base64')}`;
        const { overflow, objects } = memoryOverflow();
        const setting = { encryption: aes(), overflow };
        const { call, items } = await remembering(database, way, () => ({ statusCode: 201, body }), setting);
        await call();
        expect((await call()).body).toBe(body);
        expect([objects.size > 0, lies(secret, [...objects.values()]), lies(secret, await items())]).toEqual([
          true,
          false,
          false,
        ]);
      });

      it('G213: what was sealed for one record is answered for no other', async () => {
        const { call, items, tableName } = await remembering(database, way, answer, { encryption: aes() });
        await call();
        const [mine = {}] = await items();
        if (way === 'singleUseToken') {
          const item = { ...mine, result: randomBytes(60) };
          await database.client.send(new PutCommand({ TableName: tableName, Item: item }));
          expect((await refusalOf(call())).code).toBe('RESULT_UNAVAILABLE');
          return;
        }
        await call('other');
        const other = (await items()).find(({ id }) => id !== mine['id']);
        const swapped = { ...other, result: mine['result'] };
        await database.client.send(new PutCommand({ TableName: tableName, Item: swapped }));
        expect((await call()).statusCode).toBe(201);
        expect(await refusalOf(call('other'))).toMatchObject({
          code: 'RESULT_UNAVAILABLE',
          detail: expect.stringContaining('it cannot be opened'),
        });
      });

      it.each<[string, Encryption['seal']]>([
        ['throws', () => Promise.reject(new Error('KMS is down'))],
        ['never answers', () => new Promise(() => undefined)],
        ['gives a text', (result) => Buffer.from(result).toString('base64') as never],
      ])('G214: a seal that %s: the first caller gets all, and nothing is kept', async (_case, seal) => {
        const setting = { encryption: { ...aes(), seal } };
        const { call, done, items, events } = await remembering(database, way, answer, setting);
        expect(await call('k', 1500)).toEqual(answer());
        expect(lies(secret, await items())).toBe(false);
        expect((await refusalOf(call())).code).toBe('RESULT_UNAVAILABLE');
        expect(done()).toBe(1);
        expect(events).toContainEqual(
          expect.objectContaining({ type: 'callback-failed', callback: 'encryption.seal' }),
        );
      });

      it('G214: an open that fails: 503, unless it says that it can’t pass; then the answer comes back', async () => {
        const encryption = aes();
        const { call, deployedWith, done } = await remembering(database, way, answer, { encryption });
        await call();
        const opening = (error: Error) =>
          deployedWith({ encryption: { ...encryption, open: () => Promise.reject(error) } });
        expect((await refusalOf(opening(new Error('KMS is down'))())).code).toBe('STORE_UNAVAILABLE');
        const forGood = new StoreError('The key is gone.', { retryable: false, cause: undefined });
        expect((await refusalOf(opening(forGood)())).code).toBe('RESULT_UNAVAILABLE');
        expect(JSON.parse((await call()).body)).toEqual({ id: 'key-1', secret });
        expect(done()).toBe(1);
      });

      it.each<[string, unknown]>([
        ['text', '{"id":"key-1"}'],
        ['nothing', undefined],
        ['an object', { id: 'key-1' }],
        ['a list of numbers', [1, 2]],
      ])('G313: an open that gives %s is never answered as if it were the result', async (_case, opened) => {
        const encryption = aes();
        const { call, deployedWith, done } = await remembering(database, way, answer, { encryption });
        await call();
        const odd = deployedWith({ encryption: { ...encryption, open: () => opened as never } });
        expect((await refusalOf(odd())).code).toBe('STORE_UNAVAILABLE');
        expect(done()).toBe(1);
      });

      it('G215: a deployment without it says so, and answers no rubbish; one with it reads what was stored before', async () => {
        const { call, deployedWith, done } = await remembering(database, way, answer, { encryption: aes() });
        await call();
        expect(await refusalOf(deployedWith({})())).toMatchObject({
          code: 'RESULT_UNAVAILABLE',
          detail: expect.stringContaining('`encryption`'),
        });
        expect(done()).toBe(1);

        const before = await remembering(database, way, answer);
        await before.call();
        const repeat = await before.deployedWith({ encryption: aes() })();
        expect(JSON.parse(repeat.body)).toEqual({ id: 'key-1', secret });
      });

      it('with toStore: what is stored is sealed, and a repeat told that it is redacted', async () => {
        const setting = { encryption: aes(), toStore: withoutSecret };
        const { call, items } = await remembering(database, way, answer, setting);
        await call();
        expect(lies('key-1', await items())).toBe(false);
        const repeat = await call();
        expect(repeat.body).toBe(publicBody);
        expect(headersOf(repeat)).toEqual(marks('idempotent-replayed', 'idempotent-redacted'));
      });
    });
  });

  it('G212: a cache holds only what is sealed, and is not spoilt by an open that decrypts in place', async () => {
    const seen: IdempotencyRecord[] = [];
    const memory = memoryCache({ maxBytes: 1_000_000 });
    const cache: RecordCache = {
      of: (store) => {
        const records = memory.of(store);
        return {
          get: records.get,
          set: (record) => {
            seen.push(structuredClone(record));
            records.set(record);
          },
        };
      },
    };
    const { seal, open } = aes();
    const encryption: Encryption = {
      seal,
      open: async (sealed, details) => {
        const opened = await open(sealed, details);
        sealed.fill(0);
        return opened;
      },
    };
    const { call } = await remembering(database, 'idempotencyKey', answer, { encryption, cache });
    await call();
    for (let repeats = 0; repeats < 3; repeats += 1) expect(JSON.parse((await call()).body).secret).toBe(secret);
    expect(seen.length).toBeGreaterThan(0);
    expect(lies(secret, seen)).toBe(false);
  });

  it('G212: a kept error is sealed, and thrown again', async () => {
    const run = () => {
      throw new RangeError(secret);
    };
    const options = { keepErrors: () => true, encryption: aes() };
    const { call, store, told } = await stacked(database, run, { options });
    await expect(call()).rejects.toThrow(secret);
    expect(lies(secret, await database.items(store.tableName))).toBe(false);
    await expect(call()).rejects.toThrow(secret);
    expect(told).toHaveLength(1);
  });

  it('toStore is not asked about what isn’t remembered, nor about a kept error', async () => {
    let asked = 0;
    const toStore = (response: unknown) => {
      asked += 1;
      return response;
    };
    const busy = await stacked(database, () => ({ statusCode: 503 }), { options: { toStore } });
    await busy.call();
    const run = () => {
      throw new RangeError('declined');
    };
    const failing = await stacked(database, run, { options: { toStore, keepErrors: () => true } });
    await expect(failing.call()).rejects.toThrow('declined');
    await expect(failing.call()).rejects.toThrow('declined');
    expect([asked, failing.told.length]).toEqual([0, 1]);
  });

  it('resolve seals the answer that it is given, if it is given the encryption', async () => {
    const encryption = aes();
    const options: IdempotencyKeyOptions = { encryption, afterCrash: 'reject', keepErrors: () => 'unknown' };
    const run = () => {
      throw new Error('timed out');
    };
    const { call, store } = await stacked(database, run, { options });
    await expect(call()).rejects.toThrow('timed out');
    const [record] = await database.items(store.tableName);
    const id = String(record?.['id']);
    const complete = { statusCode: 201, body: secret };
    const failing = { ...encryption, seal: () => Promise.reject(new Error('KMS is down')) };
    await expect(resolve(store, id, { complete }, { encryption: failing })).rejects.toThrow('KMS is down');
    await resolve(store, id, { complete }, { encryption });
    expect(lies(secret, await database.items(store.tableName))).toBe(false);
    expect(await call()).toEqual({ ...complete, headers: { 'idempotent-replayed': 'true' } });
  });

  it('records that Powertools reads too are not sealed; a redacted one says so', async () => {
    const tableName = await database.createTable();
    const records = powertoolsRecords({
      tableName,
      client: database.client,
      eventKeyJmesPath: 'headers."idempotency-key"',
    });
    expect(() => idempotencyKey({ tellRetention: false, ...records, encryption: aes() })).toThrow(
      /`encryption` can't be used.*dynamoDBStore/,
    );
    const { call } = await stacked(database, answer, { options: { ...records, toStore: withoutSecret } });
    expect(await call()).toEqual(answer());
    const [item = {}] = await database.items(tableName);
    expect(item['data']).toMatchObject({ body: publicBody });
    expect(headersOf(await call())).toEqual(['idempotent-replayed', 'idempotent-redacted']);
  });
});
