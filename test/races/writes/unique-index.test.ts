import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { races, raceTimeoutMs } from '../runs.ts';
import { alwaysAfterWrites } from './check.ts';
import {
  insertByKey,
  insertByUniqueAttribute,
  remembered,
  rememberedInsert,
  singleInsert,
  type WritingOperation,
} from './operations.ts';
import {
  effectsHappenOnce,
  nobodyIsRefusedByItsOwnCommit,
  nobodyIsToldToRepeatItsCommit,
  oneInsertHappens,
  onlyTheCommittedAnswerIsGiven,
  repeatsAreDuplicates,
  repeatsAreNoDuplicates,
  repeatsAreReplayed,
} from './properties.ts';

vi.mock('node:timers/promises', () => import('../virtual-sleep.ts'));

describe.each<[what: string, WritingOperation]>([
  ['several writes under a key', remembered],
  ['an insert and an update under a key', rememberedInsert],
  ['an insert and an update', insertByKey],
  ['an insert with a unique attribute and an update', insertByUniqueAttribute],
  ['a single insert', singleInsert],
])('uniqueIndex with %s, in whatever order things happen', { timeout: raceTimeoutMs }, (_what, operation) => {
  const options = { operation };
  const happenOnce = operation === singleInsert ? oneInsertHappens : effectsHappenOnce;
  const repeatsAreAnswered = operation.hasKey ? repeatsAreReplayed : repeatsAreDuplicates;

  it('G40: has its effects exactly once', () => fc.assert(alwaysAfterWrites(happenOnce, options), races()));

  it('gives no answer but that of what was committed', () =>
    fc.assert(alwaysAfterWrites(onlyTheCommittedAnswerIsGiven, options), races()));

  it('never refuses an invocation for its own commit', () =>
    fc.assert(alwaysAfterWrites(nobodyIsRefusedByItsOwnCommit, options), races()));

  it(
    operation.hasKey
      ? 'replays the answer to a repeat after all others'
      : 'refuses a repeat after all others as a duplicate',
    () => fc.assert(alwaysAfterWrites(repeatsAreAnswered, options), races()),
  );
});

describe.each<[what: string, WritingOperation]>([
  ['several writes', remembered],
  ['an insert and an update', rememberedInsert],
])('uniqueIndex with %s under a key', { timeout: raceTimeoutMs }, (_what, operation) => {
  it('refuses no repeat as a duplicate, in whatever order things happen', () =>
    fc.assert(alwaysAfterWrites(repeatsAreNoDuplicates, { operation }), races()));
});

describe.each<[what: string, WritingOperation]>([
  ['an insert and an update', insertByKey],
  ['a single insert', singleInsert],
])('uniqueIndex with %s, without a key', { timeout: raceTimeoutMs }, (_what, operation) => {
  it('G118: never calls safe to repeat what was done, or will be', () =>
    fc.assert(alwaysAfterWrites(nobodyIsToldToRepeatItsCommit, { operation }), races()));
});
