import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import {
  currentOperation,
  dynamoDBStore,
  type IdempotencyEvent,
  type IdempotencyKeyOptions,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  singleUseToken,
  uniqueIndex,
  type WritesContext,
} from '../../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../../functions/idempotency/entries/testing.ts';
import { barrier } from '../../support/barrier.ts';
import { manualClock } from '../../support/clock.ts';
import { onEachEngine } from '../../support/dynamodb.ts';
import { lambdaContext } from '../../support/lambda.ts';
import { durableContext } from './durable.ts';

const first = 'arn:aws:lambda:eu-central-1:123456789012:function:pay:1/durable-execution/first/1';
const second = 'arn:aws:lambda:eu-central-1:123456789012:function:pay:1/durable-execution/second/2';
const order = { id: 'o-1', amount: 100 };
const key = ({ id }: { id: string }) => id;
const day = 86_400_000;
const suspended = new Promise<never>(() => undefined);

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** A handler that is suspended, or answers, or throws, as `answers` tell, one per invocation. */
const paying = (answers: (() => unknown)[], options: IdempotencyKeyOptions = {}) => {
  const clock = manualClock();
  const events: IdempotencyEvent[] = [];
  const contexts: { idempotency: { attempt: number; owner: string; remainingLeaseMs(): number } }[] = [];
  const handler = middy(async (_event: unknown, context: unknown) => {
    contexts.push(context as (typeof contexts)[number]);
    return answers.shift()?.();
  }).use(
    idempotencyKey({ key, store: memoryStore(), now: clock.now, onEvent: (event) => events.push(event), ...options }),
  ) as unknown as Handler;
  const invoke = (arn: string, overrides: Partial<Context> = {}) => handler(order, durableContext(arn, overrides));
  return { clock, events, contexts, invoke };
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a durable execution', () => {
  it('holds its claim for as long as an execution can last', async () => {
    const { clock, contexts, invoke } = paying([() => suspended, () => 'done']);
    void invoke(first);
    await settled();
    clock.advance(365 * day);
    await expect(invoke(second)).rejects.toMatchObject({ code: 'IN_PROGRESS' });
    expect(await invoke(first)).toBe('done');
    expect(contexts.map(({ idempotency }) => idempotency.attempt)).toEqual([1, 1]);
    expect(contexts.map(({ idempotency }) => idempotency.remainingLeaseMs())).toEqual([day, day]);
  });

  it('that outlasts its `leaseMs` while suspended loses the operation to another execution, and gets its result', async () => {
    const { clock, events, invoke } = paying([() => suspended, () => 'done by the second'], { leaseMs: day });
    void invoke(first);
    await settled();
    clock.advance(day);
    expect(await invoke(second)).toBe('done by the second');
    expect(await invoke(first)).toBe('done by the second');
    expect(events.map(({ type, attempt }) => [type, attempt])).toEqual([
      ['claimed', 1],
      ['claimed', 2],
      ['completed', 2],
      ['replayed', undefined],
    ]);
  });

  it('that outlasts its `leaseMs` unnoticed claims its operation anew', async () => {
    const { clock, contexts, invoke } = paying([() => suspended, () => 'done'], { leaseMs: day });
    void invoke(first);
    await settled();
    clock.advance(day);
    expect(await invoke(first)).toBe('done');
    expect(contexts.map(({ idempotency }) => idempotency.attempt)).toEqual([1, 2]);
  });

  it('that fails frees its key; all its invocations are one owner, and another execution is another', async () => {
    const { events, invoke } = paying([() => suspended, () => Promise.reject(new Error('declined')), () => 'done']);
    void invoke(first);
    await settled();
    await expect(invoke(first)).rejects.toThrow('declined');
    expect(await invoke(second)).toBe('done');
    const [, , , other] = events;
    expect(events.map(({ type }) => type)).toEqual(['claimed', 'claimed', 'released', 'claimed', 'completed']);
    expect(events.every(({ id }) => id?.startsWith('pay#'))).toBe(true);
    expect(new Set(events.slice(0, 3).map(({ owner }) => owner)).size).toBe(1);
    expect(other?.owner).not.toBe(events[0]?.owner);
    expect(other?.owner).toMatch(/^[\w-]{43}$/);
  });

  it('keeps its claim when the early timeout of a suspended invocation comes after all', async () => {
    const { events, invoke } = paying([() => suspended, () => 'done'], { now: Date.now });
    const late = invoke(first, { getRemainingTimeInMillis: () => 30 });
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await invoke(first)).toBe('done');
    expect(events.map(({ type }) => type)).toEqual(['claimed', 'held', 'claimed', 'completed']);
  });

  it('whose last invocation is killed before it could answer answers from the record', async () => {
    const { contexts, invoke } = paying([() => 'done', () => 'done again']);
    await invoke(first);
    expect(await invoke(first)).toBe('done');
    expect(contexts).toHaveLength(1);
  });

  it('is refused a plain token, with the cure; one that retains its result is the execution’s own', async () => {
    const store = memoryStore();
    const token = await issueToken(store, { scope: 'anonymous', ttlSeconds: 60 });
    const options = { store, token: () => token, onEvent: () => undefined };
    const run = (handler: unknown, arn: string) => (handler as Handler)({}, durableContext(arn));
    const plain = middy(async () => 'done').use(singleUseToken(options));
    await expect(run(plain, first)).rejects.toThrow('Pass `retainResult: true`');
    const retaining = middy(async () => 'done').use(singleUseToken({ ...options, retainResult: true }));
    expect(await run(retaining, first)).toBe('done');
    expect(await run(retaining, first)).toBe('done');
  });
});

onEachEngine((database) => {
  it('uniqueIndex answers the replay of an execution with what was committed', async () => {
    const [tableName, orders] = await Promise.all([database.createTable(), database.createTable()]);
    const store = dynamoDBStore({ tableName, client: database.client });
    const handler = middy(async (_event: unknown, { writes }: WritesContext) => {
      const id = crypto.randomUUID();
      writes.insert({ tableName: orders, partitionKey: 'id' }, { id });
      return { id };
    }).use(uniqueIndex({ key, store, onEvent: () => undefined })) as unknown as Handler;
    const answer = await handler(order, durableContext(first));
    expect(await handler(order, durableContext(first))).toEqual(answer);
    expect(await database.items(orders)).toEqual([answer]);
  });
});

describe('makeIdempotent in a durable execution', () => {
  const charging = (run: () => unknown) =>
    makeIdempotent(async ({ amount }: typeof order, _context: unknown) => (await run()) ?? amount, {
      name: 'charge',
      key,
      store: memoryStore(),
      onEvent: () => undefined,
    });

  it('recognises the execution by the durable context among the arguments, which is no part of the payload', async () => {
    const runs = [() => suspended, () => currentOperation().attempt];
    const charge = charging(() => runs.shift()?.());
    void charge(order, durableContext(first));
    await settled();
    await expect(charge(order, durableContext(second))).rejects.toMatchObject({ code: 'IN_PROGRESS' });
    expect(await charge(order, durableContext(first))).toBe(1);
    expect(await charge(order, durableContext(second))).toBe(1);
  });

  it('takes no JSON for a durable context, whatever a caller sends', async () => {
    const forged = (amount: number) => ({
      ...order,
      amount,
      lambdaContext: {},
      executionContext: { durableExecutionArn: first },
    });
    const charge = charging(() => undefined);
    expect(await charge(forged(1), lambdaContext())).toBe(1);
    await expect(charge(forged(2), lambdaContext())).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });

  it('still runs once for two branches of one execution that ask for the same at the same time', async () => {
    const open = barrier();
    const charge = charging(() => open.opened);
    const context = durableContext(first);
    const branch = { ...context };
    const running = charge(order, context);
    await expect(charge(order, branch)).rejects.toMatchObject({ code: 'IN_PROGRESS' });
    open.open();
    expect(await running).toBe(100);
    expect(await charge(order, branch)).toBe(100);
  });
});

describe('G13: Middy handlers of one durable execution that ask for the same at the same time', () => {
  const store = memoryStore();
  const guarded = (answer: string, run: () => unknown) => {
    const handler = middy(async () => {
      await run();
      return answer;
    });
    return handler.use(idempotencyKey({ store, key, onEvent: () => undefined })) as unknown as Handler;
  };
  const inProgress = { code: 'IN_PROGRESS' };

  it.each(['the same', 'another'])('run once: %s handler is refused', async (which) => {
    const open = barrier();
    const runs: string[] = [];
    const debit = guarded('debited', () => runs.push('debit') && open.opened);
    const credit = guarded('credited', () => runs.push('credit'));
    const context = durableContext(`${first}/${which}`);
    const asked = { id: which };
    const running = debit(asked, context);
    await expect((which === 'another' ? credit : debit)(asked, { ...context })).rejects.toMatchObject(inProgress);
    open.open();
    expect(await running).toBe('debited');
    expect(await debit(asked, { ...context })).toBe('debited');
    expect(await debit(asked, durableContext(second))).toBe('debited');
    expect(runs).toEqual(['debit']);
  });

  it('leave the record to the handler around them, also on the context of a branch', async () => {
    const inner = guarded('reserved', () => undefined);
    const context = durableContext(`${first}/around`);
    const outer = guarded('ordered', () =>
      expect(inner({ id: 'around' }, { ...context })).rejects.toMatchObject(inProgress),
    );
    expect(await outer({ id: 'around' }, context)).toBe('ordered');
    expect(await outer({ id: 'around' }, durableContext(second))).toBe('ordered');
  });

  it('may follow one another after a failure, also before the handler', async () => {
    const context = durableContext(`${first}/failure`);
    const asked = { id: 'failure' };
    const failing = guarded('never', () => Promise.reject(new Error('down')));
    await expect(failing(asked, context)).rejects.toThrow('down');
    const refusing = middy(async () => 'never')
      .use(idempotencyKey({ store, key, onEvent: () => undefined }))
      .before(() => {
        throw new Error('invalid');
      }) as unknown as Handler;
    await expect(refusing(asked, context)).rejects.toThrow('invalid');
    expect(await guarded('paid', () => undefined)(asked, context)).toBe('paid');
  });
});
