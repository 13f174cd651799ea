import { expect, expectTypeOf, it } from 'vitest';
import * as lean from '../../functions/idempotency/entries/lean.ts';
import * as main from '../../functions/idempotency/entries/main.ts';

it('the lean entry has every name of the main entry, and its client', () => {
  // For the compiler: taking a name from either entry alone doesn't pass `npm run typecheck`.
  expectTypeOf<Exclude<keyof typeof main, keyof typeof lean>>().toEqualTypeOf<never>();
  expectTypeOf<Exclude<keyof typeof lean, keyof typeof main>>().toEqualTypeOf<'leanClient'>();
  expect(Object.keys(lean).sort()).toEqual([...Object.keys(main), 'leanClient'].sort());
});
