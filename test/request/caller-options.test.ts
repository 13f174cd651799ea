import { expect, it } from 'vitest';
import { principalOf, routeOf } from '../../functions/idempotency/entries/main.ts';

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
