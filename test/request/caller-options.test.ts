import { expect, it } from 'vitest';
import { principalOf, routeOf } from '../../functions/idempotency/entries/main.ts';

it('G51: a wrong option of `principalOf` and `routeOf` is refused by name', () => {
  expect(() => principalOf({}, { sessions: true } as never)).toThrow('principalOf: unknown option `sessions`.');
  expect(() => principalOf({}, { session: 'yes' } as never)).toThrow('principalOf: option `session` must be');
  expect(() => routeOf({}, { hosts: 'a' } as never)).toThrow('routeOf: unknown option `hosts`.');
  expect(() => routeOf({}, { host: '' })).toThrow('routeOf: option `host` must be');
});
