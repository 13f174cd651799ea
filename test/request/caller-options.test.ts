import { expect, it } from 'vitest';
import { combine, makeIdempotent, principalOf, recordId, routeOf } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { lambdaContext } from '../support/lambda.ts';
import { changed, fixture } from './fixture.ts';

it.each<[string, unknown]>([
  ['a Request', new Request('https://a.example')],
  ['Express’s', { rawHeaders: [], socket: {} }],
  ['Hono’s context', { req: { raw: new Request('https://a.example') } }],
])('`principalOf` refuses what is no event, since all callers would be one: %s', (_what, request) => {
  expect(() => principalOf(request)).toThrow('Pass the event that Lambda was given');
});

it('G51: a wrong option of `principalOf` and `routeOf` is refused by name', () => {
  expect(() => principalOf({}, { sessions: true } as never)).toThrow('principalOf: unknown option `sessions`.');
  expect(() => principalOf({}, { session: 'yes' } as never)).toThrow('principalOf: option `session` must be');
  expect(() => routeOf({}, { hosts: 'a' } as never)).toThrow('routeOf: unknown option `hosts`.');
  expect(() => routeOf({}, { host: '' })).toThrow('routeOf: option `host` must be');
});

it('`principalOf` and `routeOf` may be an option themselves: the context that they get is none of theirs', async () => {
  const event = fixture('http-jwt');
  const idOf = (scope?: typeof principalOf) =>
    recordId({ namespace: 'n', key: () => 'k', event, context: lambdaContext() as never, ...(scope && { scope }) });
  expect(await idOf(combine(principalOf, routeOf) as typeof principalOf)).toBe(await idOf());
  expect(await idOf(principalOf)).not.toBe(await idOf());
  const named = { key: () => 'k', event, context: { functionName: 'pay' } };
  expect(await recordId({ ...named, scope: combine(principalOf, routeOf) })).toBe(await recordId(named));
  const pay = makeIdempotent(async (_event: object, _context: object) => 'paid', {
    ...{ name: 'pay', store: memoryStore(), key: () => 'k', scope: principalOf },
  });
  expect(await pay(event, lambdaContext())).toBe('paid');
});

it('a Lambda context within an argument can’t be compared, as resolvers of Powertools have it', async () => {
  const options = { name: 'pay', namespace: 'n', store: memoryStore(), key: () => 'k', scope: () => 'ann' };
  const resolve = async (_args: object, _more: object) => 'paid';
  const more = { event: fixture('app-sync-cognito'), context: lambdaContext() };
  await expect(makeIdempotent(resolve, options)({ id: 1 }, more)).rejects.toMatchObject({
    code: 'ILLEGAL_ARGUMENT',
    message: expect.stringContaining('Pass the option `fingerprint`'),
  });
  const fingerprint = (args: object) => args;
  expect(await makeIdempotent(resolve, { ...options, fingerprint })({ id: 1 }, more)).toBe('paid');
});

it.each([routeOf, combine(principalOf, routeOf), combine(() => 'ann', routeOf)])(
  'G80: as an option they take no other argument of a wrapped function for their options: %o',
  async (scope) => {
    const requestTo = (domainName: string) =>
      changed(fixture('http-jwt'), { 'requestContext/domainName': domainName, 'headers/host': domainName });
    let runs = 0;
    const backUp = makeIdempotent(async (_event: object, _body: object) => ++runs, {
      ...{
        name: 'back-up',
        namespace: 'n',
        store: memoryStore(),
        key: () => 'k',
        fingerprint: () => 'same',
        scope: scope as () => unknown,
      },
    });
    for (const body of [{ host: 'db-1' }, { session: true }, { orderId: 7 }]) {
      expect(await backUp(requestTo('a.shop.example'), body)).toBe(1);
      expect(await backUp(requestTo('b.shop.example'), body)).toBe(2);
    }
  },
);

it('G80: `principalOf` as an option is refused where another argument than the first tells who called', async () => {
  const options = { name: 'pay', namespace: 'n', store: memoryStore(), key: () => 'k', fingerprint: () => 'same' };
  const pay = async (...args: unknown[]) => args.length;
  const event = fixture('http-jwt');
  for (const scope of [principalOf, combine(principalOf, () => 'pay')]) {
    const payOnce = makeIdempotent(pay, { ...options, scope: scope as () => unknown });
    for (const args of [
      [{ id: 1 }, event],
      [{ id: 1 }, lambdaContext(), { event }],
    ])
      await expect(payOnce(...args)).rejects.toThrow('reads the first argument, but another one tells who called');
    expect(await payOnce(event, { order: { identity: { sub: 'a name that a client chose' } } })).toBe(2);
    expect(await payOnce({ id: 1 }, lambdaContext())).toBe(2);
  }
});
