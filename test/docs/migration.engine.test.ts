import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeIdempotent } from '@aws-lambda-powertools/idempotency';
import middy from '@middy/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { cards } from '../../docs/examples/card-provider.ts';
import { type IdempotentContext, idempotencyKey } from '../../functions/idempotency/entries/main.ts';
import { powertoolsRecords } from '../../functions/idempotency/entries/powertools.ts';
import { ours, theirs } from '../addons/powertools/powertools.ts';
import { theirFunction, theirOptions } from '../addons/powertools/wrapped.ts';
import { bundleAsDeployed } from '../support/bundle.ts';
import { exampleDatabase } from '../support/examples.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/migrate-from-powertools.md');
const blocks = [...page.matchAll(/<!-- from (\S+) -->\n+```ts\n([\s\S]*?)```/g)];

const database = exampleDatabase();
const table = (): string => process.env['IDEMPOTENCY_TABLE'] ?? '';

describe('the migration page', () => {
  it('takes every TypeScript block from a file', () => {
    expect(blocks).toHaveLength(page.match(/```ts/g)?.length ?? 0);
  });

  it.each(blocks.map(([, file = '', code = '']) => [file, code]))('quotes %s as it is', (file, code) => {
    expect(read(file)).toContain(code);
  });

  it.each(['from-powertools', 'jmespath-key'])('%s: a repeat gets the first answer', async (example) => {
    const { handler } = await import(`../../docs/examples/${example}.ts`);
    const event = httpApiEvent({ body: { orderId: 'o-1', userId: 'u-1', amount: 100 } });
    const first = await handler(event, lambdaContext());
    expect(first).toMatchObject({ statusCode: 201 });
    expect(await handler(event, lambdaContext())).toMatchObject({
      ...first,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(await handler(httpApiEvent({ body: { orderId: 'o-1' } }), lambdaContext())).toMatchObject({
      statusCode: 400,
    });
  });

  it('from-powertools-wrapped: a call that Powertools has answered isn’t run', async () => {
    const charged = vi.spyOn(cards, 'charge');
    const { charge } = await import('../../docs/examples/from-powertools-wrapped.ts');
    const order = (id: string) => ({ id, amount: 100 });
    const theirCharge = theirFunction(database, async () => 'paid before', {
      tableName: table(),
      eventKeyJmesPath: 'id',
      keyPrefix: 'charge',
    });
    expect(await theirCharge(order('o-1'))).toBe('paid before');
    expect(await charge(order('o-1'), lambdaContext())).toBe('paid before');
    expect(charged).not.toHaveBeenCalled();
    expect(await charge(order('o-2'), lambdaContext())).toEqual({ paid: 'o-2' });
    expect(await theirCharge(order('o-2'))).toEqual({ paid: 'o-2' });
  });

  // Bundled, because neither Node nor Vite runs decorators as they are.
  it.each([
    ['a standard decorator', false],
    ['under experimentalDecorators', true],
  ])('from-powertools-decorated, %s: a call that Powertools has answered isn’t run', async (_kind, experimental) => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', `pay-${experimental}`);
    const folder = await mkdtemp(join(tmpdir(), 'decorated-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const outfile = join(folder, 'index.mjs');
    await bundleAsDeployed({
      folder: root,
      entry: 'docs/examples/from-powertools-decorated.ts',
      outfile,
      conditions: ['middy-idempotency-source'],
      experimentalDecorators: experimental,
    });
    const { Billing } = (await import(outfile)) as typeof import('../../docs/examples/from-powertools-decorated.ts');
    const options = { tableName: table(), eventKeyJmesPath: 'id', payloadValidationJmesPath: 'amount' };
    const theirs = makeIdempotent(async () => 'refunded before', {
      ...theirOptions(database, options),
      dataIndexArgument: 1,
    }) as (...args: unknown[]) => Promise<unknown>;
    const order = { id: 'o-1', amount: 100 };
    expect(await theirs('u-1', order)).toBe('refunded before');
    expect(await new Billing().refund('u-1', order)).toBe('refunded before');
    await expect(new Billing().refund('u-1', { ...order, amount: 1 })).rejects.toMatchObject({
      code: 'PAYLOAD_MISMATCH',
    });
  });

  it('names every option that Powertools has', () => {
    const declarations = ['IdempotencyOptions', 'DynamoDBPersistence'].map((file) =>
      read(`node_modules/@aws-lambda-powertools/idempotency/lib/esm/types/${file}.d.ts`),
    );
    const options = declarations
      .flatMap((text) => [
        ...text.matchAll(/(?:type IdempotencyConfigOptions =|interface DynamoDBPersistence\w+)[^{]*\{([^}]*)\}/g),
      ])
      .flatMap(([, body = '']) => [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name));
    expect(options.length).toBeGreaterThan(12);
    for (const option of options) expect(page).toMatch(new RegExp(`\\b${option}\\b`));
  });

  describe('on crashes and failures', () => {
    const payment = { order: { id: 'o-1' }, amount: 100 };
    const silent = () => new Promise(() => undefined);
    const later = { now: () => Date.now() + 60_000 };
    const shared = async () => ({ tableName: await database.createTable(), eventKeyJmesPath: 'order.id' });
    const seen: unknown[] = [];
    const see = (_event: unknown, { idempotency: { attempt, previous } }: IdempotentContext) => {
      seen.push([attempt, previous]);
      if (seen.length === 1) throw new Error('declined');
    };

    it('a run of Powertools that crashed is known as a crash, by a failure after it no longer', async () => {
      const options = await shared();
      void theirs(database, silent, options)(payment);
      await expect.poll(() => database.items(options.tableName)).toHaveLength(1);
      const { tableName, eventKeyJmesPath } = options;
      const records = powertoolsRecords({ tableName, eventKeyJmesPath, client: database.client });
      const handler = middy(see as never).use(idempotencyKey({ ...records, ...later }));
      const pay = () => handler(payment, lambdaContext() as never);
      await expect(pay()).rejects.toThrow('declined');
      await pay();
      expect(seen).toEqual([
        [1, 'crashed'],
        [1, undefined],
      ]);
    });

    it('Powertools takes over what afterCrash: reject holds', async () => {
      const options = await shared();
      const earlier = { now: () => Date.now() - 60_000, afterCrash: 'reject' as const };
      void ours(database, silent, options, earlier)(payment);
      await expect.poll(() => database.items(options.tableName)).toHaveLength(1);
      await expect(ours(database, silent, options, { afterCrash: 'reject' })(payment)).rejects.toMatchObject({
        code: 'OUTCOME_UNKNOWN',
      });
      expect(await theirs(database, () => 'run again', options)(payment)).toBe('run again');
    });

    it('Powertools remembers whatever the handler returns', async () => {
      const options = await shared();
      for (const statusCode of [400, 500]) {
        const event = { order: { id: `o-${statusCode}` } };
        const run = vi.fn(() => ({ statusCode }));
        await theirs(database, run, options)(event);
        expect(await theirs(database, run, options)(event)).toEqual({ statusCode });
        expect(run).toHaveBeenCalledTimes(1);
      }
    });
  });
});
