import { setTimeout as sleep } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  backfillGuards,
  checkGuards,
  type Item,
  type Table,
  uniqueIndex,
  type Writes,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { seededRandom } from '../support/random.ts';
import { type Answer, outcomeOf, unique } from './harness.ts';

/** By hand: `ATTACK_SECONDS=600 npx vitest run --project engine test/transaction/attack`. */
const seconds = Number(process.env['ATTACK_SECONDS'] ?? 2);
const seed = Number(process.env['ATTACK_SEED'] ?? 1);

/** Few values, in all their forms. */
const forms: unknown[] = [
  ...['a', 'b', '', '1000'],
  ...[1000, 1000n, NumberValue.from('1000.0'), NumberValue.from('1e3')],
  ...[Buffer.from('a'), new Uint8Array([97])],
  ...[new Set(['x', 'y']), new Set(['y', 'x']), new Set([1, 2]), new Set([NumberValue.from('2.0'), 1])],
  ...[
    { p: 1, q: [2] },
    { q: [NumberValue.from('2.0')], p: 1 },
  ],
  ...[null, undefined, true],
];

const faults: Fault[] = ['lose-answer', 'refuse', { delayMs: 20 }, { status: 500, error: 'InternalServerError' }];

onEachEngine((database) => {
  const { createTable, createTableOfType } = unique(database);

  const tables: [string, (proxied: string) => Promise<Table>, (number: number) => Item][] = [
    ['guards beside the items', () => createTable(['v', ['w', 'x']]), (number) => ({ id: `${number}` })],
    [
      'a sort key that is unique too',
      () => createTable(['v', 'sort', ['w', 'sort']], 'sort'),
      (number) => ({ id: `${number % 2}`, sort: `${number}` }),
    ],
    [
      'numbers as keys, and a table of guards',
      async () => ({
        tableName: await createTableOfType('N'),
        partitionKey: 'id',
        unique: ['v', ['x', 'w']],
        guards: { tableName: await database.createTable({ partitionKey: 'guard' }), partitionKey: 'guard' },
      }),
      (number) => ({ id: number % 2 ? number : NumberValue.from(`${number}.0`) }),
    ],
  ];

  describe.concurrent('G119: requests of any verbs at the same time, with faults', () => {
    it.each(tables)(
      'get no two items with one value into a table: %s',
      { timeout: seconds * 1000 + 60_000 },
      async (what, create, keyOf) => {
        const random = seededRandom(seed);
        const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
        const proxy: FaultProxy = await startFaultProxy(database.endpoint);
        const client = database.openClient({ endpoint: proxy.endpoint, maxAttempts: 2 });
        const table = await create(proxy.endpoint);
        proxy.plan('TransactWriteItems', [], async () => (random() < 0.15 ? (pick(faults) as 'pass') : 'pass'));
        proxy.plan('PutItem', [], async () => (random() < 0.15 ? (pick(faults) as 'pass') : 'pass'));

        const scan = async () => {
          const { Items = [] } = await database.client.send(
            new ScanCommand({ TableName: table.tableName, ConsistentRead: true }),
          );
          return Items.filter(({ id }) => !id?.S?.startsWith('unique-guard#'));
        };
        const drawKey = () => keyOf(1 + Math.floor(random() * 5));
        const drawValues = (): Item => ({ v: pick(forms), w: pick(forms), x: pick(['a', undefined]) }) as Item;
        const wrap = { wrapNumbers: true };
        const isKey = (name: string) => name === table.partitionKey || name === table.sortKey;
        const changing = [...new Set((table.unique ?? []).flat())].filter((name) => !isKey(name));
        const valuesOf = (item: Item) => Object.fromEntries(Object.entries(item).filter(([name]) => !isKey(name)));

        const act = (writes: Writes, items: readonly Item[]): void => {
          const known = pick(items);
          const from = random() < 0.1 || !known ? drawValues() : valuesOf(known);
          const key: Item =
            known && random() < 0.8
              ? Object.fromEntries(Object.entries(known).filter(([name]) => isKey(name)))
              : drawKey();
          const to = drawValues();
          const changes = Object.fromEntries(changing.map((name) => [name, { from: from[name], to: to[name] }]));
          const verb = pick(['insert', 'insert', 'put', 'update', 'delete', 'one', 'two']);
          if (verb === 'insert') writes.insert(table, { ...drawKey(), ...to });
          if (verb === 'put') writes.put(table, { ...key, ...to }, undefined, { replaces: random() < 0.1 ? {} : from });
          if (verb === 'update')
            writes.update(
              table,
              key,
              { UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': 1 } },
              { changes },
            );
          if (verb === 'one') writes.update(table, key, {}, { changes: { v: { from: from['v'], to: to['v'] } } });
          if (verb === 'delete')
            writes.delete(table, { v: undefined, w: undefined, x: undefined, ...key, ...from } as Item);
          const other = pick(items);
          if (verb === 'two' && known && other && known !== other) {
            writes.update(table, known, {}, { changes: { v: { from: known['v'], to: other['v'] } } });
            writes.update(table, other, {}, { changes: { v: { from: other['v'], to: known['v'] } } });
          }
        };
        const outcomes = new Map<unknown, number>();
        const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
          act(
            writes,
            (await scan()).map((item) => unmarshall(item, wrap)),
          );
          return { statusCode: 201 };
        }).use(uniqueIndex({ client, onEvent: () => undefined }));

        const end = Date.now() + seconds * 1000;
        const expected = [201, 'DUPLICATE', 'CONDITION_FAILED'];
        // A busy machine gets fewer requests done: until each outcome was there, however long that takes.
        const goesOn = () => Date.now() < end || !expected.every((outcome) => outcomes.has(outcome));
        const caller = async () => {
          while (goesOn()) {
            const endMs = Date.now() + 1500;
            const context = lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() });
            const answer = (await handler(httpApiEvent({ body: {} }) as never, context as never)) as Answer;
            const outcome = outcomeOf(answer);
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          }
        };
        const auditor = async () => {
          while (goesOn()) {
            for await (const { findings } of backfillGuards(table, { client: database.client }))
              expect(findings).toEqual([]);
            await sleep(50);
          }
        };
        const judge = async () => {
          const items = await scan();
          for (const names of (table.unique ?? []).map((constraint) => [constraint].flat())) {
            const values = items
              .map((item) => names.map((name) => item[name]))
              .filter((parts) => parts.every((part) => part && !part.NULL))
              .map((parts) => textOf(parts));
            expect(values).toEqual([...new Set(values)]);
          }
          for await (const { findings } of checkGuards(table, { client: database.client }))
            expect(findings).toEqual([]);
        };
        await Promise.all([...Array.from({ length: 8 }, caller), auditor()]);
        await judge();
        if (process.env['ATTACK_SECONDS']) console.log(what, Object.fromEntries(outcomes));
        expect([...outcomes.keys()]).toEqual(expect.arrayContaining(expected));
      },
    );
  });
});

/** A text of values as the engine has them, which writes numbers in one way. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (name, part) => {
    if (/^[SNB]S$/.test(name) && Array.isArray(part)) return part.toSorted();
    const isMap = typeof part === 'object' && part !== null && !Array.isArray(part) && !ArrayBuffer.isView(part);
    return isMap ? Object.fromEntries(Object.entries(part).toSorted()) : part;
  });
