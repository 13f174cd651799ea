import { describe, expect, it } from 'vitest';
import {
  singleUseToken,
  stillRunning,
  type Table,
  uniqueIndex,
  type WritesContext,
} from '../../functions/idempotency/entries/main.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { lambdaContext } from '../support/lambda.ts';
import { codeOf, type Hooks, stacked } from '../support/stacked.ts';

const created = async () => ({ statusCode: 201, body: 'done' });
const failing = async () => {
  throw new RangeError('declined');
};
const replayed = { statusCode: 201, body: 'done', headers: { 'idempotent-replayed': 'true' } };

/** A context whose invocation has 400 ms left, of which Middy takes the last 200. */
const short = () => {
  const endMs = Date.now() + 400;
  return lambdaContext({ getRemainingTimeInMillis: () => endMs - Date.now() });
};
const early = { timeoutEarlyInMillis: 200 };
const never = () => new Promise<never>(() => undefined);

onEachEngine((database) => {
  describe('a middleware between this one and the handler', () => {
    it('G152: that throws before the handler has been called leaves nothing, whatever it has read', async () => {
      const validator: Hooks = {
        before: async ({ event, context }) => {
          const { currency } = JSON.parse((event as { body: string }).body);
          await context.getRemainingTimeInMillis();
          if (!currency) throw new TypeError(`no currency, ${context.awsRequestId}`);
        },
      };
      const logger: Hooks = { before: ({ context }) => void context.awsRequestId };
      const { call, told, events } = await stacked(database, created, { inner: [logger, validator] });
      await expect(call({ amount: 5 })).rejects.toThrow('no currency');
      expect(await call({ amount: 5, currency: 'EUR' })).toMatchObject({ statusCode: 201 });
      expect(told).toEqual([[1, undefined]]);
      expect(events()).toEqual(['claimed', 'undone', 'claimed', 'completed']);
    });

    it('G152: that is one of this library and refuses leaves nothing either', async () => {
      const { store } = await stacked(database, created);
      const token = singleUseToken({ store, token: () => 'made up', scope: () => 'anybody', onEvent: () => undefined });
      const denying: Hooks = { ...token, before: (request) => token.before?.({ ...request, event: {} } as never) };
      const { call, told, events } = await stacked(database, created, { inner: [denying] });
      expect(codeOf(await call())).toBe('REPETITIVE_OPERATION');
      expect(told).toEqual([]);
      expect(events()).toEqual(['claimed', 'undone']);
    });

    it('a handler that throws at once, or after others have read its context, has run', async () => {
      const reader: Hooks = { before: ({ context }) => void context.awsRequestId };
      for (const inner of [[], [reader], [reader, { before: async () => undefined }, { before: () => undefined }]]) {
        for (const run of [
          failing,
          () => {
            throw new RangeError('declined');
          },
        ]) {
          const { call, told } = await stacked(database, run, { inner });
          await expect(call()).rejects.toThrow('declined');
          await expect(call()).rejects.toThrow('declined');
          expect(told).toEqual([
            [1, undefined],
            [2, 'failed'],
          ]);
        }
      }
    });

    it('G147: that copies or replaces an answer of Middy’s timeout doesn’t make it the handler’s, the key holds', async () => {
      const copying: Hooks = {
        after: (request) => {
          request.response = { ...(request.response as object), headers: { 'x-copied': '1' } };
        },
      };
      const answering: Hooks = { after: () => ({ statusCode: 200, body: 'shaped' }) };
      for (const inner of [copying, answering]) {
        const { call, events } = await stacked(database, never, {
          inner: [inner],
          plugin: { ...early, timeoutEarlyResponse: () => stillRunning({ statusCode: 202 }) },
        });
        await call({}, short());
        expect(codeOf(await call({}, short()))).toBe('IN_PROGRESS');
        expect(events()).toEqual(['claimed', 'held', 'in-progress']);
      }
    });

    it('G11: that replaces the error of Middy’s timeout doesn’t make it the handler’s, the lease holds', async () => {
      const mapping: Hooks = {
        onError: (request) => {
          request.error = Object.assign(new Error('mapped'), { statusCode: 504 });
        },
      };
      const { call, events } = await stacked(database, never, { inner: [mapping], plugin: early });
      await expect(call({}, short())).rejects.toThrow('mapped');
      expect(codeOf(await call({}, short()))).toBe('IN_PROGRESS');
      expect(events()).toEqual(['claimed', 'held', 'in-progress']);
    });

    it.each<[string, NonNullable<Hooks['onError']>]>([
      [
        'throws the error on',
        ({ error }) => {
          throw error;
        },
      ],
      [
        'throws another',
        ({ error }) => {
          throw new Error('mapped', { cause: error });
        },
      ],
      [
        'replaces it, waits, and throws',
        async (request) => {
          request.error = new Error('first');
          expect(request.error.message).toBe('first');
          await new Promise((resolve) => setTimeout(resolve, 10));
          throw new Error('second');
        },
      ],
    ])('G153: whose onError %s doesn’t keep the key', async (_case, onError) => {
      const { call, told, events } = await stacked(database, failing, { inner: [{ onError }] });
      await expect(call()).rejects.toThrow();
      await expect.poll(events).toEqual(['claimed', 'released']);
      await expect(call()).rejects.toThrow();
      expect(told).toEqual([
        [1, undefined],
        [2, 'failed'],
      ]);
    });

    it('G153: whose after and onError throw doesn’t make a run that is done run again', async () => {
      const broken: Hooks = {
        after: () => {
          throw new Error('serializer');
        },
        onError: ({ error }) => {
          throw new Error('mapped', { cause: error });
        },
      };
      const { call, told, events } = await stacked(database, created, { inner: [broken] });
      await expect(call()).rejects.toThrow('mapped');
      await expect.poll(events).toEqual(['claimed', 'result-unavailable', 'completed']);
      expect(codeOf(await call())).toBe('RESULT_UNAVAILABLE');
      expect(told).toHaveLength(1);
    });

    it.each<[string, Hooks]>([
      [
        'changes the answer to a failure, and throws',
        {
          after: (request) => {
            (request.response as { statusCode: number }).statusCode = 500;
            throw new Error('serializer');
          },
        },
      ],
      [
        'puts a failure of its own in its place',
        {
          after: (request) => {
            request.response = { statusCode: 500 };
          },
        },
      ],
      ['answers early with a failure', { after: () => ({ statusCode: 502 }) }],
    ])('G146: that %s doesn’t make the handler run again', async (_case, hooks) => {
      const { call, told } = await stacked(database, created, { inner: [hooks] });
      await call().catch(() => undefined);
      expect(codeOf(await call())).toBe('RESULT_UNAVAILABLE');
      expect(told).toHaveLength(1);
    });

    it('that gives a failed handler’s answer another form leaves it a failure, and a refused commit frees the key', async () => {
      const shaping: Hooks = { after: () => ({ statusCode: 503, body: 'later' }) };
      const failed = await stacked(database, async () => ({ statusCode: 500 }), { inner: [shaping] });
      await failed.call();
      await failed.call();
      expect(failed.told).toHaveLength(2);

      const orders: Table = { tableName: 'nowhere', partitionKey: 'orderId' };
      const insert = (context: unknown) => {
        (context as WritesContext).writes.insert(orders, { orderId: '1' });
        return created();
      };
      const down = Object.assign(new Error('slow down'), {
        name: 'ThrottlingException',
        $metadata: { httpStatusCode: 400 },
      });
      const rejecting = () => Promise.reject(down);
      const client = {
        ...{ getItem: rejecting, putItem: rejecting, updateItem: rejecting },
        ...{ deleteItem: rejecting, transactWriteItems: rejecting, scan: rejecting },
      };
      const unwritten = await stacked(database, insert, {
        inner: [uniqueIndex({ client: client as never, onEvent: () => undefined })],
      });
      const context = () => lambdaContext({ getRemainingTimeInMillis: () => 1000 });
      expect(codeOf(await unwritten.call({}, context()))).toBe('STORE_UNAVAILABLE');
      expect(codeOf(await unwritten.call({}, context()))).toBe('STORE_UNAVAILABLE');
      expect(unwritten.told).toHaveLength(2);
    });

    it('whose early answer is a promise that rejects leaves nothing', async () => {
      const rejecting: Hooks = {
        before: (request) => {
          request.earlyResponse = Promise.reject(new Error('no answer'));
        },
      };
      const { call, told, events } = await stacked(database, created, { inner: [rejecting] });
      await expect(call()).rejects.toThrow('no answer');
      expect(told).toEqual([]);
      expect(events()).toEqual(['claimed', 'undone']);
    });
  });

  describe('a handler that gives a thenable, which Lambda waits for and Middy doesn’t', () => {
    const thenable = (settle: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void) => ({
      // biome-ignore lint/suspicious/noThenProperty: what is tested
      then: settle,
    });

    it('is remembered by what that resolves to', async () => {
      const { call, told } = await stacked(database, () =>
        thenable((resolve) => setTimeout(resolve, 10, { statusCode: 201, body: 'done' })),
      );
      expect(await call()).toMatchObject({ statusCode: 201 });
      expect(await call()).toEqual(replayed);
      expect(told).toHaveLength(1);
    });

    it('fails by what that rejects with', async () => {
      const { call, told } = await stacked(database, () =>
        thenable((_resolve, reject) => setTimeout(reject, 10, new RangeError('declined'))),
      );
      await expect(call()).rejects.toThrow('declined');
      await expect(call()).rejects.toThrow('declined');
      expect(told).toEqual([
        [1, undefined],
        [2, 'failed'],
      ]);
    });
  });

  it('G154: a context that is frozen, sealed by a proxy, or has such a property already reaches the handler with its operation', async () => {
    const contexts = [
      Object.freeze(lambdaContext()),
      Object.freeze({ ...lambdaContext(), idempotency: 'taken' }),
      new Proxy(lambdaContext(), { set: () => false }),
      new Proxy(lambdaContext(), { set: () => true }),
      Object.seal(lambdaContext()),
    ];
    for (const context of contexts) {
      const { call, told } = await stacked(database, async ({ awsRequestId, getRemainingTimeInMillis }) => ({
        statusCode: awsRequestId && getRemainingTimeInMillis() ? 201 : 500,
      }));
      expect(await call({}, context as never)).toMatchObject({ statusCode: 201 });
      expect(told).toEqual([[1, undefined]]);
    }
  });
});
