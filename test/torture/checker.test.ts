import { describe, expect, it } from 'vitest';
import type { Case } from './cases/case.ts';
import { historyOf } from './cases/hand-made.ts';
import { rightHistories } from './cases/right-histories.ts';
import { wrongHistories } from './cases/wrong-histories.ts';
import { check } from './checker.ts';
import { violationKinds } from './rules/violation.ts';

const kindsFound = ({ entry, stories, final }: Omit<Case, 'kinds'>) => [
  ...new Set(check(historyOf(entry, stories, final)).map(({ kind }) => kind)),
];

describe('the checker of the torture run', () => {
  it.each(rightHistories)('accepts $title', (story) => {
    expect(kindsFound(story)).toEqual([]);
  });

  it.each(wrongHistories)('finds $title', ({ kinds, ...story }) => {
    expect(kindsFound(story).sort()).toEqual([...kinds].sort());
  });

  it('has a history for each kind of violation', () => {
    expect(new Set(wrongHistories.flatMap(({ kinds }) => kinds))).toEqual(new Set(Object.keys(violationKinds)));
  });
});
