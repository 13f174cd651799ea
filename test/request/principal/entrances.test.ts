import { describe, expect, it } from 'vitest';
import { principalOf } from '../../../functions/idempotency/request/principal/principal-of.ts';
import { changed, fixture } from '../fixture.ts';
import { entrances } from './entrances.ts';

const known = entrances.filter(({ principal }) => principal !== 'anonymous');

describe.each(entrances)('the caller of $name', ({ name, principal }) => {
  it('is named by what AWS says of it, the same on every try', () => {
    expect(principalOf(fixture(name))).toEqual(principal);
    expect(principalOf(fixture(name))).toEqual(principal);
  });
});

describe.each(known)('the caller of $name', ({ name, another = {}, renewed = {} }) => {
  it('is kept apart from another one', () => {
    expect(principalOf(changed(fixture(name), another))).not.toEqual(principalOf(fixture(name)));
  });

  it('stays the same when its credentials are renewed', () => {
    expect(principalOf(changed(fixture(name), renewed))).toEqual(principalOf(fixture(name)));
  });
});

it('no two callers, of one entrance or of two, are the same', () => {
  const callers = known.flatMap(({ name, another = {} }) => [fixture(name), changed(fixture(name), another)]);
  const names = callers.map((event) => JSON.stringify(principalOf(event)));
  expect(new Set(names).size).toBe(callers.length);
  expect(names).not.toContain('"anonymous"');
});
