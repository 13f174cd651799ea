import fc from 'fast-check';
import { describe, it } from 'vitest';
import { races, raceTimeoutMs } from '../runs.ts';
import { always } from './check.ts';
import { noDoubt, remembered } from './plan.ts';
import { allTruths, everyCallIsAnswered, theLastCallIsAnswered } from './properties.ts';

const protections = ['key', 'key, rejecting after a crash', 'token, retained', 'token, consumed'] as const;

describe.each(protections)('a client that pays by %s', { timeout: raceTimeoutMs }, (protection) => {
  it('G230: G231: pays at most once, and ends knowing what happened or saying that it doesn’t', () =>
    fc.assert(always({ protection }, allTruths), races()));
});

describe.each(['key', 'token, retained'] as const)(
  'a client that pays by %s',
  { timeout: raceTimeoutMs },
  (protection) => {
    it('G232: gets the answer when it calls again, whatever happened before', () =>
      fc.assert(always({ protection }, [theLastCallIsAnswered], remembered), races()));

    it('G232: gets the answer by one call, if it may take its time and is understood', () =>
      fc.assert(always({ protection }, [everyCallIsAnswered], noDoubt), races()));
  },
);
