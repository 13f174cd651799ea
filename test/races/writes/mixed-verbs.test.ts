import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { races, racesInCI, raceTimeoutMs } from '../runs.ts';
import { momentsOf } from '../trace.ts';
import { alwaysOfMixedVerbs, answersAreTrue, codeOf, guardsAreItems, type MixedProperty } from './mixed-verbs.ts';

vi.mock('node:timers/promises', () => import('../virtual-sleep.ts'));

describe('requests of any verbs, in whatever order things happen', { timeout: raceTimeoutMs }, () => {
  it('G119: leave items and guards equal at every point, so that no two items share a value', () =>
    fc.assert(alwaysOfMixedVerbs(guardsAreItems), races()));

  it('G119: are told the truth about what was done', () => fc.assert(alwaysOfMixedVerbs(answersAreTrue), races()));

  it.each(['201', 'DUPLICATE', 'CONDITION_FAILED', 'OUTCOME_UNKNOWN'])('come to every end: %s', async (end) => {
    const comesTo: MixedProperty = ({ trace }) =>
      expect(
        momentsOf(trace, 'answered').map(({ answer }) => String(codeOf(answer) ?? answer.statusCode)),
      ).not.toContain(end);
    expect((await fc.check(alwaysOfMixedVerbs(comesTo), racesInCI)).failed).toBe(true);
  });

  it('are never refused as malformed', () => {
    const nobodyThrows: MixedProperty = ({ trace }) => expect(momentsOf(trace, 'threw')).toEqual([]);
    return fc.assert(alwaysOfMixedVerbs(nobodyThrows), racesInCI);
  });
});
