import { AsyncResource } from 'node:async_hooks';
import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  currentOperation,
  dynamoDBStore,
  IdempotencyError,
  type IdempotencyEvent,
  type IdempotencyStore,
  type MakeIdempotentOptions,
  makeIdempotent,
  StoreError,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { barrier } from '../support/barrier.ts';
import { manualClock } from '../support/clock.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

interface Order {
  id: string;
  amount: number;
}

const order: Order = { id: 'o-1', amount: 100 };
const namespace = 'test';
const key = ({ id }: Order) => id;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A store whose verbs can be made to fail. */
const unreachableStore = (): IdempotencyStore => {
  const fail = () => Promise.reject(new StoreError('down', { retryable: false, cause: undefined }));
  return {
    claim: fail,
    read: fail,
    complete: fail,
    release: fail,
    undo: fail,
    resolve: fail,
    issue: fail,
    consume: fail,
  };
};

/** A function of an order under `makeIdempotent`, that counts its runs. */
const charging = (
  run: (order: Order, context?: Context) => unknown = ({ amount }) => ({ charged: amount }),
  options: Partial<MakeIdempotentOptions<unknown, [order: Order, context?: Context], unknown>> = {},
) => {
  const clock = manualClock();
  const events: IdempotencyEvent[] = [];
  let runs = 0;
  const charge = makeIdempotent(
    (order: Order, context?: Context): unknown => {
      runs += 1;
      return run(order, context);
    },
    {
      name: 'charge',
      namespace,
      key,
      store: memoryStore(),
      now: clock.now,
      onEvent: (event) => events.push(event),
      ...options,
    },
  );
  return { charge, clock, runs: () => runs, events: () => events.map(({ type }) => type), seen: events };
};

describe('a wrapped function', () => {
  it('runs once per key, and every call gets the first result', async () => {
    const { charge, runs, events } = charging(({ amount }) => ({ charged: amount, at: Math.random() }));
    const first = await charge(order);
    expect(await charge(order)).toEqual(first);
    expect(runs()).toBe(1);
    expect(await charge({ ...order, id: 'o-2' })).not.toEqual(first);
    expect(events()).toEqual(['claimed', 'completed', 'replayed', 'claimed', 'completed']);
  });

  it.each([undefined, null, 0, '', false])('that returned %s doesn’t run again', async (result) => {
    const { charge, runs } = charging(() => result);
    expect(await charge(order)).toBe(result);
    expect(await charge(order)).toBe(result);
    expect(runs()).toBe(1);
  });

  it('may be sync, and keeps `this`, which its options see too', async () => {
    const tenant = {
      name: 'a',
      charge: makeIdempotent(
        function (this: { name: string }, { amount }: Order) {
          return `${this.name}: ${amount}`;
        },
        {
          name: 'charge',
          namespace,
          store: memoryStore(),
          key(order) {
            return [this.name, order.id];
          },
        },
      ),
    };
    expect(await tenant.charge(order)).toBe('a: 100');
    expect(await tenant.charge.call({ name: 'b' }, order)).toBe('b: 100');
  });

  it('is typed as the function it wraps', () => {
    const options = { name: 'n', namespace, store: memoryStore() };
    expectTypeOf(makeIdempotent((a: string, b?: number) => `${a}${b}`, options)).toEqualTypeOf<
      (this: unknown, a: string, b?: number) => Promise<string>
    >();
    makeIdempotent(async (a: string, b: number) => ({ a, b }), {
      ...options,
      key: (a, b) => {
        expectTypeOf(a).toBeString();
        expectTypeOf(b).toBeNumber();
        return a;
      },
      storeResponse: (result) => {
        expectTypeOf(result).toEqualTypeOf<{ a: string; b: number }>();
        return true;
      },
    });
    // @ts-expect-error the name is required
    expect(() => makeIdempotent(() => 1, { store: memoryStore() })).toThrow('`name` is missing');
  });

  it('frees its key when it fails, sync or async, and the caller gets what it threw', async () => {
    for (const fail of [
      () => {
        throw 'sync';
      },
      () => Promise.reject('async'),
    ]) {
      const { charge, runs, events } = charging(() => (runs() === 1 ? fail() : 'done'));
      await expect(charge(order)).rejects.toMatch(/sync/);
      expect(await charge(order)).toBe('done');
      expect(events()).toEqual(['claimed', 'released', 'claimed', 'completed']);
    }
  });

  it('throws an error that was kept again, without running', async () => {
    const declined = Object.assign(new Error('card declined'), { name: 'Declined', retryable: false });
    const { charge, runs } = charging(() => Promise.reject(declined), { keepErrors: () => true });
    await expect(charge(order)).rejects.toBe(declined);
    await expect(charge(order)).rejects.toMatchObject({
      name: 'Declined',
      message: 'card declined',
      retryable: false,
    });
    expect(runs()).toBe(1);
  });

  it('runs again after a result that is not final', async () => {
    const { charge, runs } = charging(() => runs(), { storeResponse: (result) => result !== 1 });
    expect([await charge(order), await charge(order), await charge(order)]).toEqual([1, 2, 2]);
  });

  it('refuses a key that was used with other arguments', async () => {
    const { charge, runs } = charging();
    await charge(order);
    await expect(charge({ ...order, amount: 999 })).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
    expect(runs()).toBe(1);
  });

  it('compares no index and array, which `map` adds, if the function has but one parameter', async () => {
    let runs = 0;
    const charge = makeIdempotent(
      async ({ id }: Order) => {
        runs += 1;
        return id;
      },
      { name: 'charge', namespace, key, store: memoryStore() },
    );
    const other = { id: 'o-2', amount: 1 };
    await Promise.all([order, other].map(charge));
    await Promise.all([other, order].map(charge));
    await charge(order);
    expect(runs).toBe(2);
  });

  it('G48: compares what only looks as if `map` had added it, where the function has parameters for it', async () => {
    const buy = makeIdempotent(async (item: string, quantity: number, cart: unknown[]) => [item, quantity, cart], {
      name: 'buy',
      namespace,
      key: () => 'k',
      store: memoryStore(),
    });
    await buy('pen', 0, ['pen', 'ink']);
    await expect(buy('pen', 0, ['pen', 'gold'])).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
    await expect(buy('pen', 1, ['ink', 'pen'])).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });

  it('compares an optional argument that is left out like one that is undefined', async () => {
    const charge = makeIdempotent(async (_order: Order, note?: string) => String(note), {
      name: 'charge',
      namespace,
      key,
      store: memoryStore(),
    });
    expect([await charge(order), await charge(order, undefined)]).toEqual(['undefined', 'undefined']);
    await expect(charge(order, 'gift')).rejects.toMatchObject({ code: 'PAYLOAD_MISMATCH' });
  });

  it('refuses a call without a key, unless that is optional', async () => {
    const keyless = { id: '', amount: 1 };
    const strict = charging();
    const refused = await strict.charge(keyless).catch((error: unknown) => error);
    expect(IdempotencyError.is(refused)).toBe(true);
    expect(refused).toMatchObject({ code: 'ILLEGAL_ARGUMENT', message: expect.stringContaining('`key` of charge') });
    expect(strict.runs()).toBe(0);
    const { charge, runs } = charging(undefined, { optional: true });
    await charge(keyless);
    await charge(keyless);
    expect(runs()).toBe(2);
  });

  it('says which arguments can’t be compared', async () => {
    const { charge, runs } = charging();
    const order = { id: 'o-1', amount: new Map([['EUR', 5]]) } as never;
    await expect(charge(order)).rejects.toThrow('argument 1.amount is a Map');
    expect(runs()).toBe(0);
  });

  it('fixes key and fingerprint before it runs, whatever it does to its arguments', async () => {
    const { charge, runs } = charging((order) => {
      order.id = 'edited';
      order.amount = 0;
    });
    await charge({ ...order });
    await charge({ ...order });
    expect(runs()).toBe(1);
  });

  it('does not run while the store can’t be reached, unless told to', async () => {
    const strict = charging(undefined, { store: unreachableStore() });
    await expect(strict.charge(order)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(strict.runs()).toBe(0);
    const { charge } = charging(() => currentOperation().attempt, {
      store: unreachableStore(),
      onStoreUnavailable: 'run',
    });
    expect(await charge(order)).toBe(1);
  });

  it('remembers of an HTTP response what the middleware would', async () => {
    const wrap = (statusCode: number) => {
      let runs = 0;
      const handler = makeIdempotent(
        async (_event: unknown, _context: Context) => {
          runs += 1;
          return { statusCode, headers: { 'set-cookie': 'session=1', etag: '1' } };
        },
        { name: 'pay', store: memoryStore() },
      );
      return { handler, runs: () => runs };
    };
    const event = (idempotencyKey?: string) =>
      httpApiEvent(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } });
    const created = wrap(201);
    await created.handler(event('k-1'), lambdaContext());
    expect(await created.handler(event('k-1'), lambdaContext())).toEqual({ statusCode: 201, headers: { etag: '1' } });
    await expect(created.handler(event(), lambdaContext())).rejects.toMatchObject({
      title: 'Idempotency-Key is missing',
    });
    const alice = { jwt: { claims: { sub: 'alice' } } };
    await created.handler(httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, authorizer: alice }), lambdaContext());
    expect(created.runs()).toBe(2);
    const failed = wrap(503);
    await failed.handler(event('k-1'), lambdaContext());
    await failed.handler(event('k-1'), lambdaContext());
    expect(failed.runs()).toBe(2);
  });
});

describe('names', () => {
  it('keep the records of two functions apart, also in one store and with one key', async () => {
    const store = memoryStore();
    const charge = charging(() => 'charged', { store });
    const refund = charging(() => 'refunded', { store, name: 'refund' });
    expect([await charge.charge(order), await refund.charge(order)]).toEqual(['charged', 'refunded']);
    expect(charge.seen[0]?.id).toMatch(/^test\/charge#/);
    expect(refund.seen[0]?.id).toMatch(/^test\/refund#/);
  });

  it('come after the Lambda function’s, from the context or the environment', async () => {
    const wrap = () => {
      const events: IdempotencyEvent[] = [];
      const charge = makeIdempotent((_order: Order, _context?: Context) => 1, {
        name: 'charge',
        key,
        store: memoryStore(),
        onEvent: (event) => events.push(event),
      });
      return { charge, events };
    };
    const { charge, events } = wrap();
    await expect(charge(order)).rejects.toThrow('Pass the option `namespace`');
    await charge(order, lambdaContext({ functionName: 'billing' }));
    expect(events[0]?.id).toMatch(/^billing\/charge#/);
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'orders');
    await charge(order);
    expect(events.at(-1)?.id).toMatch(/^orders\/charge#/);
  });

  it.each([
    ['is missing', {}, '`name` is missing'],
    ['is missing, though the function has one', { name: undefined }, "a function's own name is not unique"],
    ['is empty', { name: '' }, '`name` must be a string of 1 to 128 characters'],
    ['could be read as namespace and name', { name: 'a/b' }, 'other than # and /'],
  ])('are refused at load: %s', (_case, options, message) => {
    const charge = () => 1;
    expect(() => makeIdempotent(charge, { store: memoryStore(), ...options } as never)).toThrow(message);
  });

  it('and other options are refused by name', () => {
    const refuse = (options: object) =>
      expect(() => makeIdempotent(() => 1, { name: 'n', store: memoryStore(), ...options } as never));
    refuse({ timeoutEarlyInMillis: 5 }).toThrow('unknown option `timeoutEarlyInMillis`');
    refuse({ key: 'id' }).toThrow('`key` must be a function');
    refuse({ leaseMs: 0 }).toThrow('`leaseMs` must be');
    expect(() => makeIdempotent('charge' as never, { name: 'n' })).toThrow('must be the function to wrap');
    for (const generator of [function* () {}, async function* () {}])
      expect(() => makeIdempotent(generator, { name: 'n' })).toThrow('a generator function has done nothing yet');
    expect(() => makeIdempotent(() => 1, { name: 'n' })).toThrow('IDEMPOTENCY_TABLE');
  });
});

describe('the Lambda context among the arguments', () => {
  it('is no part of key or fingerprint', async () => {
    let runs = 0;
    const step = makeIdempotent(
      async (_context: Context, _order: Order) => {
        runs += 1;
      },
      { name: 'step', key: (_context, order) => order.id, store: memoryStore() },
    );
    await step(lambdaContext(), order);
    await step(lambdaContext(), order);
    expect(runs).toBe(1);
  });

  it('tells the deadline; else the lease is `leaseMs`, or else 15 minutes', async () => {
    for (const [context, leaseMs, expected] of [
      [lambdaContext({ getRemainingTimeInMillis: () => 6000 }), undefined, 7000],
      [lambdaContext({ getRemainingTimeInMillis: () => 6000 }), 20_000, 20_000],
      [undefined, 5000, 5000],
      [undefined, undefined, 900_000],
    ] as const) {
      const { charge } = charging(
        () => currentOperation().remainingLeaseMs(),
        leaseMs === undefined ? {} : { leaseMs },
      );
      expect(await charge(order, context)).toBe(expected);
    }
  });

  it('is not needed to remember a run that outlived its lease, if nobody took over', async () => {
    const { charge, clock, events } = charging(() => clock.advance(10_000), { leaseMs: 5000 });
    await charge(order);
    expect(events()).toEqual(['claimed', 'completed']);
  });
});

describe('an owner that goes silent', () => {
  it('loses its key when the lease ends: the next call knows, and the late one changes nothing', async () => {
    const silent = barrier();
    const { charge, clock, runs, events } = charging(
      async () => {
        const { attempt } = currentOperation();
        if (attempt === 1) await silent.opened;
        return attempt;
      },
      { leaseMs: 5000 },
    );
    const first = charge(order);
    await expect.poll(runs).toBe(1);
    await expect(charge(order)).rejects.toMatchObject({ code: 'IN_PROGRESS', retryAfterSeconds: 1 });
    clock.advance(5001);
    expect(await charge(order)).toBe(2);
    silent.open();
    expect(await first).toBe(1);
    expect(await charge(order)).toBe(2);
    expect(events().slice(-2)).toEqual(['lease-lost', 'replayed']);
  });
});

describe('currentOperation', () => {
  it('derives the same downstream key on every attempt, another one for every operation and name', async () => {
    const keys: string[] = [];
    const { charge } = charging(() => {
      keys.push(currentOperation().deriveKey('card'), currentOperation().deriveKey('mail'));
      throw new Error('again');
    });
    for (const id of ['o-1', 'o-1', 'o-2']) await charge({ ...order, id }).catch(() => undefined);
    expect(keys.slice(2, 4)).toEqual(keys.slice(0, 2));
    expect(new Set(keys).size).toBe(4);
  });

  it('is that of its own call, for 50 calls side by side and functions inside functions', async () => {
    const store = memoryStore();
    const inner = charging(async () => currentOperation().key, {
      store,
      name: 'inner',
      key: ({ id }) => `inner ${id}`,
    });
    const outer = charging(
      async (order) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
        return [await inner.charge(order), currentOperation().key];
      },
      { store },
    );
    const ids = Array.from({ length: 50 }, (_, index) => `o-${index}`);
    const results = await Promise.all(ids.map((id) => outer.charge({ ...order, id })));
    expect(results).toEqual(ids.map((id) => [`inner ${id}`, id]));
  });

  it('G337: is an error in what goes on after its run, even inside another one: a timer, or a callback of a queue', async () => {
    const left: (() => string)[] = [];
    const said = (call: () => string): string => {
      try {
        return call();
      } catch (error) {
        return String(error);
      }
    };
    const { charge } = charging(({ id }) => {
      left.push(AsyncResource.bind(() => currentOperation().key));
      if (id === 'fails') throw new Error('failed');
      if (id === 'later') return left.map(said);
      return left.length;
    });
    await charge(order);
    await charge({ ...order, id: 'fails' }).catch(() => undefined);
    const ended = 'the operation that this code was started in has ended';
    expect(await charge({ ...order, id: 'later' })).toEqual([
      expect.stringContaining(ended),
      expect.stringContaining(ended),
      'later',
    ]);
    expect(() => left[2]?.()).toThrow(ended);
  });

  it('is an error where no key is held: outside, and in a call without a key', async () => {
    expect(() => currentOperation()).toThrow('outside a function of `makeIdempotent`');
    const inner = charging(() => currentOperation(), { optional: true });
    const { charge } = charging(() => inner.charge({ ...order, id: '' }));
    await expect(charge(order)).rejects.toThrow('runs without a key');
  });
});

onEachEngine((database) => {
  it('of 20 calls at the same time one runs, and all get its result', async () => {
    const store = dynamoDBStore({ tableName: await database.createTable(), client: database.client });
    const { charge, runs } = charging(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { receipt: crypto.randomUUID() };
      },
      { store, wait: { upToMs: 5000 }, now: Date.now },
    );
    const results = await Promise.all(Array.from({ length: 20 }, () => charge(order)));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(runs()).toBe(1);
  });
});
