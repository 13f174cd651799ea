import { describe, expect, it } from 'vitest';
import { changed, fixture } from './fixture.ts';
import { behindKey, frontDoors, wrapped } from './front-door.ts';
import { entrances } from './principal/entrances.ts';

const known = entrances.filter(({ principal }) => principal !== 'anonymous');

describe.each(known)('a caller of $name', ({ name, another = {}, renewed = {} }) => {
  const first = () => fixture(name);

  it.each(frontDoors(first()))('G80: never gets the answer of another one, with %s', async (_door, open) => {
    const { call, runs } = await open();
    expect(await call(first())).toEqual({ run: 1 });
    expect(await call(changed(first(), another))).not.toEqual({ run: 1 });
    const afterwards = runs();
    expect(await call(first())).toEqual({ run: 1 });
    expect(runs()).toBe(afterwards);
  });

  it.each(frontDoors(first()))(
    'G81: gets the first answer again with new credentials, with %s',
    async (_door, open) => {
      const { call, runs } = await open();
      expect(await call(first())).toEqual({ run: 1 });
      expect(await call(changed(first(), renewed))).toEqual({ run: 1 });
      expect(runs()).toBe(1);
    },
  );
});

describe.each(entrances)('a request through $name', ({ name }) => {
  it.each(frontDoors(fixture(name)))('gets the first answer when it is sent again, with %s', async (_door, open) => {
    const { call, runs } = await open();
    expect(await call(fixture(name))).toEqual({ run: 1 });
    expect(await call(fixture(name))).toEqual({ run: 1 });
    expect(runs()).toBe(1);
  });
});

describe('a wrapped function with a key of its own', () => {
  it.each(entrances)('is not run for a request of $name without a `scope`', async ({ name }) => {
    const { call, runs } = wrapped({ key: () => 'k-1' });
    expect(await call(fixture(name))).toMatchObject({
      code: 'ILLEGAL_ARGUMENT',
      message: expect.stringMatching(/`scope/),
    });
    expect(runs()).toBe(0);
  });
});

describe('a scope that yields nothing', () => {
  it.each([undefined, null, '', [undefined, 'pay'], []])('is refused: %j', async (scope) => {
    const { call, runs } = behindKey({ scope: () => scope });
    expect(await call(fixture('http-jwt'))).toMatchObject({ code: 'ILLEGAL_ARGUMENT' });
    expect(runs()).toBe(0);
  });
});

describe('the token of a caller', () => {
  it.each(known)('G80: is unknown to every caller of another entrance: $name', async ({ name }) => {
    const [, , [, open] = []] = frontDoors(fixture(name));
    const { call } = (await open?.()) ?? {};
    for (const other of entrances.filter((entrance) => entrance.name !== name)) {
      expect(await call?.(fixture(other.name))).toMatchObject({ code: 'REPETITIVE_OPERATION' });
    }
  });
});
