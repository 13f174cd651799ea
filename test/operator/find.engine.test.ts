import middy from '@middy/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  combine,
  fromBody,
  fromPath,
  idempotencyKey,
  issueToken,
  principalOf,
} from '../../functions/idempotency/entries/main.ts';
import { powertoolsRecords } from '../../functions/idempotency/entries/powertools.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { otherAttributes } from '../support/other-attributes.ts';
import { operatedTable, secret } from './records.ts';

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const idsOf = ({ json }: { json: { records: { id: string }[] } }) => json.records.map(({ id }) => id).sort();

onEachEngine((database) => {
  describe('find', () => {
    it('G224: finds the record of a customer’s key, whose namespace, caller and route nobody knows, and says what comes next', async () => {
      const { run, running, crashed } = await operatedTable(database);
      const { id, owner, requestId } = await crashed('cust-1');
      await running('cust-2');
      const { code, stdout, stderr } = await run(['find', '--key', 'cust-1']);
      expect(code).toBe(0);
      for (const part of [id, 'crashed', 'attempt 2', owner, requestId]) expect(stdout).toContain(part);
      expect(stdout).toContain(`npx middy-idempotency release '${id}'`);
      expect(stderr).toContain('1 found, of 2 items');
      expect(stderr).toMatch(/Scan of .*: 2 items.* read units, \$[\d.]+ at \$0.125 a million .*dynamodb\/pricing/);
    });

    it('finds it by owner, request and namespace, all that are given', async () => {
      const { run, crashed, done } = await operatedTable(database);
      const one = await crashed('o-1');
      const other = await done('o-2');
      const find = (...criteria: string[]) => run(['find', '--json', ...criteria]);
      expect(idsOf(await find('--owner', one.owner))).toEqual([one.id]);
      expect(idsOf(await find('--request-id', other.requestId ?? ''))).toEqual([other.id]);
      expect(idsOf(await find('--namespace', 'pay'))).toEqual([one.id, other.id].sort());
      expect(idsOf(await find('--namespace', 'pay', '--key', 'o-2'))).toEqual([other.id]);
      expect((await find('--namespace', 'pa')).code).toBe(3);
      expect((await find('--owner', one.owner, '--key', 'o-2')).code).toBe(3);
    });

    it('finds keys of several parts, and a quoted one', async () => {
      const { run, store } = await operatedTable(database);
      const pay = async () => ({ statusCode: 201 });
      const byOrder = middy(pay).use(idempotencyKey({ store, key: combine(fromPath('orderId'), fromBody('userId')) }));
      const byBody = middy(pay).use(idempotencyKey({ store, key: fromBody('orderNo') }));
      const byHeader = middy(pay).use(idempotencyKey({ store }));
      const call = (handler: unknown, options: object) =>
        (handler as (event: unknown, context: unknown) => Promise<{ statusCode: number }>)(
          httpApiEvent(options),
          lambdaContext(),
        );
      expect(
        await call(byOrder, { path: '/orders/o-1', pathParameters: { orderId: 'o-1' }, body: { userId: 'u-1' } }),
      ).toMatchObject({
        statusCode: 201,
      });
      expect(await call(byBody, { body: { orderNo: 42 } })).toMatchObject({ statusCode: 201 });
      expect(await call(byHeader, { headers: { 'idempotency-key': '"quoted"' } })).toMatchObject({ statusCode: 201 });
      for (const keys of [['o-1', 'u-1'], ['42'], ['quoted'], ['"quoted"'], ['[["o-1"],["u-1"]]']]) {
        const { code, json } = await run(['find', '--json', ...keys.flatMap((key) => ['--key', key])]);
        expect([keys, code, json.records.length]).toEqual([keys, 0, 1]);
      }
    });

    it('finds a token that nobody has used yet, read from stdin, and repeats it nowhere', async () => {
      const { run, store } = await operatedTable(database);
      const token = await issueToken(store, { scope: principalOf(httpApiEvent()) });
      const { code, stdout, stderr } = await run(['find', '--token', '-'], { stdin: `${token}\n` });
      expect([code, stdout.includes('issued: a token that may be used')]).toEqual([0, true]);
      expect(stdout + stderr).not.toContain(token);
      const gone = await run(['find', '--token', 'another-token', '--json']);
      expect(gone.code).toBe(3);
      expect(gone.stderr).toContain('used up, has expired, was never issued');
    });

    it('G223: never shows an answer, and shows it when asked', async () => {
      const { run, done } = await operatedTable(database);
      const { id } = await done('o-1');
      for (const args of [
        ['find', '--key', 'o-1'],
        ['show', id],
        ['show', id, '--json'],
        ['find', '--key', 'o-1', '--json'],
        ['stats'],
      ]) {
        const { code, stdout, stderr } = await run(args);
        expect(code).toBe(0);
        expect(stdout + stderr).not.toContain(secret);
      }
      expect((await run(['show', id, '--result'])).stdout).toContain(secret);
      expect((await run(['show', id, '--result', '--json'])).json.result).toEqual({ statusCode: 201, body: secret });
    });

    it('says of a sealed answer that only its function opens it, and of a redacted one that a repeat is told so', async () => {
      const { run, store, running } = await operatedTable(database);
      const sealed = { encoding: 'zstd', data: Buffer.from(secret), sealed: true, redacted: true } as const;
      const expiresAtSeconds = Math.ceil(Date.now() / 1000) + 60;
      const claimed = await running('sealed');
      await store.complete({ ...claimed, result: sealed, expiresAtSeconds });
      const { stdout } = await run(['show', claimed.id, '--result']);
      expect(stdout).toContain('sealed: only what has the `encryption` of its function can open it');
      expect(stdout).toContain('Idempotent-Redacted: true');
      expect(stdout).not.toContain(secret);
    });

    it('takes the `instance` of a refusal for an id', async () => {
      const { run, done } = await operatedTable(database);
      const { id } = await done('o-1');
      const instance = `urn:middy-idempotency:record:${encodeURIComponent(id)}`;
      expect((await run(['find', '--id', instance, '--json'])).json).toMatchObject({ id, state: 'done' });
    });

    it('stops at the limit, and says that there may be more', async () => {
      const { run, done } = await operatedTable(database);
      for (const key of ['a', 'b', 'c']) await done(key);
      const { json, stderr } = await run(['find', '--namespace', 'pay', '--limit', '2', '--json']);
      expect([json.records.length, json.cut]).toEqual([2, true]);
      expect(stderr).toContain('There may be more');
    });

    it('tells the cost only, if told so', async () => {
      const { run, done } = await operatedTable(database);
      await done('a');
      const { code, json } = await run(['find', '--key', 'a', '--estimate', '--json', '--price', '2', '--rate', '10']);
      expect([code, json.estimate]).toEqual([0, expect.objectContaining({ pricePerMillion: 2, unitsPerSecond: 10 })]);
    });
  });

  describe('any layout', () => {
    it.each([
      {
        name: 'other names',
        keys: { partitionKey: 'range' },
        layout: { partitionKey: 'range', attributes: otherAttributes },
        flags: Object.entries(otherAttributes).flatMap(([name, other]) => ['--attribute', `${name}=${other}`]),
      },
      {
        name: 'a sort key and a prefix',
        keys: { partitionKey: 'PK', sortKey: 'hash' },
        layout: { partitionKey: 'PK', sortKey: 'hash', keyPrefix: 'idempotency#' },
        flags: ['--key-prefix', 'idempotency#'],
      },
    ])('G224: with $name, records are found, listed, settled and forgotten', async ({ keys, layout, flags }) => {
      const { run, crashed, unavailable, tableName, read } = await operatedTable(database, { keys, layout, flags });
      const other = { [keys.partitionKey]: 'pay#other', ...('sortKey' in keys && { [keys.sortKey ?? '']: 'order' }) };
      const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
      await database.client.send(new PutCommand({ TableName: tableName, Item: { ...other, status: 'COMPLETED' } }));
      const { id } = await crashed('o-1');
      const large = await unavailable('o-2');
      expect(idsOf(await run(['find', '--key', 'o-1', '--json']))).toEqual([id]);
      expect(idsOf(await run(['find', '--namespace', 'pay', '--json']))).toEqual([id, large.id].sort());
      expect(idsOf(await run(['list', '--crashed', '--unavailable', '--json']))).toEqual([id, large.id].sort());
      expect((await run(['release', id, '--yes'])).code).toBe(0);
      expect(await read(id)).toMatchObject({ status: 'RELEASED', previous: 'crashed', attempt: 1 });
      const answer = ['--with', '-', '--yes'];
      expect((await run(['complete', large.id, ...answer], { stdin: '{"statusCode":200}' })).code).toBe(0);
      expect(await read(large.id)).toMatchObject({ result: { encoding: 'json', data: '{"statusCode":200}' } });
      expect((await run(['forget', large.id, '--yes'])).code).toBe(0);
      expect(await read(large.id)).toBeUndefined();
    });

    it.each([
      { keys: { partitionKey: 'id' }, options: {}, flags: ['--powertools'] },
      {
        keys: { partitionKey: 'PK', sortKey: 'SK' },
        options: { keyAttr: 'PK', sortKeyAttr: 'SK', staticPkValue: 'records' },
        flags: ['--powertools', '--static-pk', 'records'],
      },
    ])(
      'of Powertools ($flags): found by what was selected as key, and released by deletion',
      async ({ keys, options, flags }) => {
        const { run, tableName } = await operatedTable(database, { keys, flags });
        const shared = {
          tableName,
          client: database.client,
          keyPrefix: 'pay',
          eventKeyJmesPath: 'orderId',
          ...options,
        };
        const handler = middy(async () => ({ paid: true })).use(idempotencyKey(powertoolsRecords(shared)));
        await handler({ orderId: 'o-1' } as never, lambdaContext() as never);
        const crashing = middy(() => new Promise(() => undefined), { timeoutEarlyInMillis: 5 }).use(
          idempotencyKey({ ...powertoolsRecords(shared), onEvent: () => undefined }),
        );
        const context = lambdaContext({ getRemainingTimeInMillis: () => 1000 });
        await expect(crashing({ orderId: 'o-2' } as never, context as never)).rejects.toThrow();
        const found = await run(['find', '--key', 'o-1', '--json']);
        expect(found.json.records).toMatchObject([{ state: 'done', namespace: 'pay' }]);
        const [{ id, owner }] = (await run(['find', '--key', 'o-2', '--json'])).json.records;
        const released = await run(['release', id, '--owner', owner, '--force', '--yes']);
        expect([released.code, released.stdout]).toEqual([0, expect.stringContaining('there is no record')]);
        expect((await run(['find', '--key', 'o-2', '--json'])).code).toBe(3);
      },
    );
  });

  describe('list and stats', () => {
    it('list what is in trouble, each kind by itself, and what has expired no more', async () => {
      const { run, running, crashed, unavailable, done, released } = await operatedTable(database);
      const stuck = await running('stuck');
      await running('young', { agoMs: 1000 });
      const dead = await crashed('dead');
      const held = await crashed('held', { forGood: true });
      await crashed('expired', { overrides: { expiresAtSeconds: Math.floor(Date.now() / 1000) - 5 } });
      const lost = await unavailable('lost');
      await done('done');
      await released('released');
      const list = (...kinds: string[]) => run(['list', '--json', ...kinds]);
      expect(idsOf(await list('--stuck'))).toEqual([stuck.id]);
      expect(idsOf(await list('--crashed'))).toEqual([dead.id, held.id].sort());
      expect(idsOf(await list('--unavailable'))).toEqual([lost.id]);
      expect(idsOf(await list('--stuck', '--crashed', '--unavailable'))).toEqual(
        [stuck.id, dead.id, held.id, lost.id].sort(),
      );
      const { json } = await list('--crashed');
      const nextOf = (id: string) =>
        json.records.find((record: { id: string }) => record.id === id).nextRequest.outcome;
      expect([nextOf(dead.id), nextOf(held.id)]).toEqual(['RUNS', 'OUTCOME_UNKNOWN']);
      expect((await run(['list', '--crashed', '--exit-code'])).code).toBe(6);
      expect((await run(['list', '--crashed'])).code).toBe(0);
      expect((await run(['stats', '--json'])).json.namespaces).toEqual([
        expect.objectContaining({
          namespace: 'pay',
          running: 2,
          crashed: 2,
          unavailable: 1,
          done: 1,
          released: 1,
          expired: 1,
        }),
      ]);
    });

    it('read a larger table in segments, each item once', async () => {
      const { run, done } = await operatedTable(database);
      await Promise.all(Array.from({ length: 60 }, (_, index) => done(`key-${index}`)));
      const { json } = await run(['find', '--namespace', 'pay', '--segments', '4', '--json']);
      expect([new Set(idsOf({ json })).size, json.scanned.items]).toEqual([60, 60]);
    });
  });
});
