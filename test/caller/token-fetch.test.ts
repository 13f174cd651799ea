import { expect, it } from 'vitest';
import { ClientError, type TokenFetchOptions, tokenFetch } from '../../functions/idempotency/entries/client.ts';
import { answer, broken, clientOf, problem, type Reply, settled } from './harness.ts';

const urls = { tokenUrl: 'https://api.example.com/token/getkey', payUrl: 'https://api.example.com/token/pay' };
const init = { intention: 'pay order 1', method: 'POST', body: '{}', headers: { authorization: 'Bearer 1' } };

const payer = (replies: Reply[], options: Partial<TokenFetchOptions> = {}) => {
  const client = clientOf(replies);
  const send = tokenFetch({ ...client.common, ...urls, ...options });
  return { ...client, pay: () => settled(send(init)), forget: send.forget };
};

it('gets a token as the caller, and pays with it', async () => {
  const { pay, sent } = payer([answer(200, { token: 't-1' }), answer(201, 'paid')]);
  expect(await (await pay()).text()).toBe('paid');
  expect(sent).toMatchObject([
    { method: 'GET', url: urls.tokenUrl, body: '' },
    { method: 'POST', url: urls.payUrl, body: '{}' },
  ]);
  expect(sent.map(({ headers }) => [headers.get('authorization'), headers.get('token')])).toEqual([
    ['Bearer 1', null],
    ['Bearer 1', 't-1'],
  ]);
});

it('tries again until it has a token; reads it as it is told', async () => {
  const { pay, sent } = payer([broken, answer(503), answer(200, 't-1'), answer(201)], {
    readToken: (response) => response.text(),
  });
  await pay();
  expect(sent.at(-1)?.headers.get('token')).toBe('t-1');
});

it('pays with the same token again when the answer was lost: the first answer, or in doubt', async () => {
  const retained = payer([
    answer(200, { token: 't-1' }),
    broken,
    answer(201, 'first', { 'idempotent-replayed': 'true' }),
  ]);
  expect(await (await retained.pay()).text()).toBe('first');
  expect(retained.sent.slice(1).map(({ headers }) => headers.get('token'))).toEqual(['t-1', 't-1']);

  const used = problem(409, 'REPETITIVE_OPERATION', false);
  const consumed = payer([
    answer(200, { token: 't-1' }),
    broken,
    used,
    used,
    answer(200, { token: 't-2' }),
    answer(201),
  ]);
  await expect(consumed.pay()).rejects.toMatchObject({ code: 'IN_DOUBT', outcome: 'unknown', key: 't-1' });
  await expect(consumed.pay()).rejects.toMatchObject({ code: 'IN_DOUBT' });
  await consumed.forget(init.intention);
  expect((await consumed.pay()).status).toBe(201);
});

it('tells that nothing was done when there is no token', async () => {
  const refused = await payer([answer(403)])
    .pay()
    .catch((error) => error);
  expect(ClientError.is(refused)).toBe(true);
  expect(refused).toMatchObject({ code: 'REFUSED', outcome: 'not done', response: { status: 403 } });
  const { pay } = payer([answer(429, '', { 'retry-after': '3600' })]);
  await expect(pay()).rejects.toMatchObject({ code: 'GAVE_UP', outcome: 'not done' });
});

it('is refused without its options', () => {
  expect(() => tokenFetch({ tokenUrl: '/token' } as never)).toThrow('`tokenUrl` and `payUrl`');
  expect(() => tokenFetch({ ...urls, token: 1 } as never)).toThrow('tokenFetch: unknown option `token`');
});
