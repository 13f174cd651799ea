import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import {
  IdempotencyError,
  idempotencyKey,
  issueToken,
  makeIdempotent,
  recordId,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { barrier } from '../support/barrier.ts';
import type { Answer } from '../support/examples.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const event = (body: object = {}) => httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body });
const prefix = 'urn:middy-idempotency:record:';
const instanceOf = ({ body }: Answer) => JSON.parse(body).instance;

/** A store that is down. */
const down = () => {
  const store = memoryStore();
  const fail = () => Promise.reject(new Error('down'));
  return { ...store, claim: fail, consume: fail, undo: fail };
};

describe('a refusal', () => {
  it.each(['pay', 'pay euro €% ', '\ud800'])(
    'G161: names its record, as the function has it in its events (function %j)',
    async (functionName) => {
      const { opened, open } = barrier();
      const options = { store: memoryStore() };
      const handler = middy(async () => opened.then(() => ({ statusCode: 201 }))).use(
        idempotencyKey(options) as middy.MiddlewareObj,
      );
      const call = (body?: object) => handler(event(body), { ...lambdaContext(), functionName }) as Promise<Answer>;
      const first = call();
      await new Promise(setImmediate);
      const answers = [await call(), await call({ other: 1 })];
      const id = await recordId({ ...options, event: event(), context: { functionName } });
      expect(answers.map(({ body }) => JSON.parse(body).code)).toEqual(['IN_PROGRESS', 'PAYLOAD_MISMATCH']);
      for (const answer of answers) {
        expect(instanceOf(answer)).toMatch(new RegExp(`^${prefix}[\\w.!~*'()%-]+$`));
        expect(decodeURIComponent(instanceOf(answer).slice(prefix.length))).toBe(id.toWellFormed());
      }
      open();
      await first;
    },
  );

  it('G161: names its record when the store is down, and none when the request names none', async () => {
    const handler = middy(async () => undefined).use(idempotencyKey({ store: down(), onEvent: () => undefined }));
    const call = (sent: unknown) => handler(sent, lambdaContext() as never) as Promise<unknown> as Promise<Answer>;
    const id = await recordId({ event: event(), context: lambdaContext() });
    expect(instanceOf(await call(event()))).toBe(`${prefix}${encodeURIComponent(id)}`);
    expect(JSON.parse((await call(httpApiEvent())).body)).not.toHaveProperty('instance');
  });

  it.each([false, true])('G161: of a token names its record (retainResult %s)', async (retainResult) => {
    const events: (string | undefined)[] = [];
    const options = { store: memoryStore(), retainResult, onEvent: ({ id }: { id?: string }) => events.push(id) };
    const handler = middy(async (): Promise<unknown> => undefined).use(
      singleUseToken(options as never) as middy.MiddlewareObj,
    );
    const token = await issueToken(memoryStore(), { scope: 'anonymous' });
    const refused = (await handler(httpApiEvent({ headers: { token } }), lambdaContext())) as Answer;
    expect(instanceOf(refused)).toBe(`${prefix}${encodeURIComponent(events[0] ?? '')}`);
  });

  it('G161: that is thrown has the id of its record', async () => {
    const { opened, open } = barrier();
    const charge = makeIdempotent(() => opened, {
      name: 'charge',
      namespace: 'n',
      key: () => 'k',
      store: memoryStore(),
    });
    const first = charge();
    const refusal = await charge().catch((error: unknown) => error as IdempotencyError);
    expect(refusal).toBeInstanceOf(IdempotencyError);
    expect(refusal).toMatchObject({ code: 'IN_PROGRESS', recordId: expect.stringMatching(/^n\/charge#/) });
    open();
    await first;
  });
});
