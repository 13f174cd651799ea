import {
  idempotent as theirDecorator,
  makeIdempotent as theirMakeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeIdempotent } from '../../../functions/idempotency/entries/main.ts';
import { powertoolsRecords } from '../../../functions/idempotency/entries/powertools.ts';
import { durableContext } from '../../protocol/durable/durable.ts';
import { barrier } from '../../support/barrier.ts';
import { onEachEngine } from '../../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../../support/lambda.ts';
import { ourFunction, theirFunction, theirOptions } from './wrapped.ts';

const order = { id: 'o-1', amount: 100 };
const ours = ourFunction();
const bothWays = [
  ['Powertools, then by ours', theirFunction, ours],
  ['ours, then by Powertools', ours, theirFunction],
] as const;

beforeAll(() => vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'pay'));
afterAll(() => vi.unstubAllEnvs());

const counted = () => vi.fn(async (..._args: unknown[]): Promise<unknown> => ({ paid: crypto.randomUUID() }));

onEachEngine((database) => {
  const shared = async (options = {}) => ({
    tableName: await database.createTable(),
    eventKeyJmesPath: 'id',
    ...options,
  });

  describe.each(bothWays)('a function that is called by %s', (_name, first, second) => {
    it.each([
      ['the same key', {}],
      ['a key prefix', { keyPrefix: 'shop' }],
      ['the whole argument as the key', { eventKeyJmesPath: '' }],
      ['payloads that are compared', { payloadValidationJmesPath: 'amount' }],
    ])('has run once, with %s', async (_with, more) => {
      const options = await shared(more);
      const run = counted();
      const result = await first(database, run, options)(order);
      expect(await second(database, run, options)(order)).toEqual(result);
      await second(database, run, options)({ ...order, id: 'o-2' });
      expect(run).toHaveBeenCalledTimes(2);
    });

    it('is refused while it runs, and has its result then', async () => {
      const options = await shared();
      const { opened, open } = barrier();
      const running = first(database, () => opened.then(() => 'paid'), options)(order);
      await expect.poll(() => database.items(options.tableName)).toHaveLength(1);
      const run = counted();
      await expect(second(database, run, options)(order)).rejects.toThrow(
        /already an execution in progress|is being processed/,
      );
      open();
      await running;
      expect(await second(database, run, options)(order)).toBe('paid');
      expect(run).not.toHaveBeenCalled();
    });

    it('may run again when it has failed', async () => {
      const options = await shared();
      const failing = first(database, () => Promise.reject(new Error('declined')), options);
      await expect(failing(order)).rejects.toThrow('declined');
      expect(await second(database, async () => 'paid', options)(order)).toBe('paid');
    });

    it('is refused another payload where payloads are compared', async () => {
      const options = await shared({ payloadValidationJmesPath: 'amount' });
      await first(database, counted(), options)(order);
      await expect(second(database, counted(), options)({ ...order, amount: 1 })).rejects.toThrow(
        /payload|other arguments/i,
      );
    });
  });

  it('a function that returned nothing has run, and Powertools gets null from ours, which its middleware takes for an answer', async () => {
    for (const [first, second, replayed] of [
      [theirFunction, ours, undefined],
      [ours, theirFunction, null],
    ] as const) {
      const options = await shared();
      const run = vi.fn(async () => undefined);
      await first(database, run, options)(order);
      expect(await second(database, run, options)(order)).toBe(replayed);
      expect(run).toHaveBeenCalledTimes(1);
    }
  });

  it('a result that JSON would change is refused by ours, and null to Powertools', async () => {
    const options = await shared();
    const run = vi.fn(async () => ({ at: new Date() }));
    await ours(database, run, options)(order);
    await expect(ours(database, run, options)(order)).rejects.toMatchObject({
      code: 'RESULT_UNAVAILABLE',
      message: expect.stringContaining('not JSON'),
    });
    expect(await theirFunction(database, run, options)(order)).toBe(null);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('Powertools takes over nothing that it runs without a context', async () => {
    const options = await shared();
    void theirFunction(database, () => new Promise(() => undefined), options)(order);
    await expect.poll(() => database.items(options.tableName)).toHaveLength(1);
    const [record] = await database.items(options.tableName);
    expect(record).not.toHaveProperty('in_progress_expiration');
    await expect(theirFunction(database, counted(), options)(order)).rejects.toThrow(
      'already an execution in progress',
    );
  });

  it('two functions without a key prefix share a record, in either library', async () => {
    for (const wrap of [theirFunction, ours]) {
      const options = await shared();
      await wrap(database, async () => 'charged', options)(order);
      expect(await wrap(database, async () => 'refunded', options)(order)).toBe('charged');
    }
  });

  it('another argument than the first names it, as by `dataIndexArgument`', async () => {
    const options = await shared();
    const run = counted();
    const { store, key, fingerprint } = powertoolsRecords({ ...options, client: database.client });
    const theirs = theirMakeIdempotent(run, { ...theirOptions(database, options), dataIndexArgument: 1 });
    const mine = makeIdempotent(run, {
      name: 'charge',
      store,
      key: (_userId, paid) => key(paid),
      fingerprint: (_userId, paid) => fingerprint(paid),
    });
    const result = await theirs('u-1', order);
    expect(await mine('u-1', order, lambdaContext())).toEqual(result);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('a method under Powertools’ decorator is found', async () => {
    const options = await shared();
    const run = counted();
    const descriptor = { value: run };
    theirDecorator(theirOptions(database, options))({}, 'charge', descriptor);
    const result = await descriptor.value(order);
    expect(await ours(database, run, options)(order)).toEqual(result);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('a Lambda handler under Powertools’ wrapper is found, and needs no `scope`', async () => {
    const options = await shared({ eventKeyJmesPath: 'powertools_json(body).id' });
    const handler = vi.fn(async () => ({ statusCode: 201, body: crypto.randomUUID() }));
    const event = httpApiEvent({ body: order });
    const first = await theirFunction(database, handler, options)(event, lambdaContext());
    expect(await ours(database, handler, options)(event, lambdaContext())).toEqual(first);
    expect(handler).toHaveBeenCalledTimes(1);
  });

  describe('a durable execution', () => {
    const execution = (name: string, durableExecutionMode: string) => ({
      ...durableContext(`arn:aws:lambda:eu-central-1:123456789012:function:pay/execution/${name}`),
      durableExecutionMode,
      step: () => undefined,
    });
    const suspended = () => new Promise<never>(() => undefined);

    /** One that was suspended after its first invocation, and its record. */
    const begun = async (wrap: typeof ours) => {
      const options = await shared();
      void wrap(database, suspended, options)(order, execution('1', 'ExecutionMode'));
      await expect.poll(() => database.items(options.tableName)).toHaveLength(1);
      return options;
    };

    it('that began under Powertools goes on under it', async () => {
      const options = await begun(theirFunction);
      expect(await theirFunction(database, async () => 'paid', options)(order, execution('1', 'ReplayMode'))).toBe(
        'paid',
      );
      expect(await ours(database, counted(), options)(order, execution('2', 'ExecutionMode'))).toBe('paid');
    });

    it('that began under Powertools is refused by ours while its first invocation could last, then run as after a crash', async () => {
      const options = await begun(theirFunction);
      const run = counted();
      await expect(ours(database, run, options)(order, execution('1', 'ReplayMode'))).rejects.toMatchObject({
        code: 'IN_PROGRESS',
      });
      const later = ourFunction({ now: () => Date.now() + 10_000 });
      await later(database, run, options)(order, execution('1', 'ReplayMode'));
      expect(run).toHaveBeenCalledTimes(1);
    });

    it('that was suspended under Powertools loses its key to any other once its first invocation could have ended', async () => {
      const options = await begun(theirFunction);
      const later = ourFunction({ now: () => Date.now() + 10_000 });
      expect(await later(database, async () => 'paid twice', options)(order, execution('2', 'ExecutionMode'))).toBe(
        'paid twice',
      );
    });

    it('that began under ours holds its key against one under Powertools', async () => {
      const options = await begun(ours);
      await expect(theirFunction(database, counted(), options)(order, execution('2', 'ExecutionMode'))).rejects.toThrow(
        'already an execution in progress',
      );
    });

    it('that began under ours goes on under Powertools, after a rollback', async () => {
      const options = await begun(ours);
      expect(await theirFunction(database, async () => 'paid', options)(order, execution('1', 'ReplayMode'))).toBe(
        'paid',
      );
      expect(await ours(database, counted(), options)(order, execution('1', 'ReplayMode'))).toBe('paid');
    });
  });
});
