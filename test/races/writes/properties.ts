import { expect } from 'vitest';
import { type Answer, momentsOf } from '../trace.ts';
import type { WritesOutcome } from './scenario.ts';

export type WritesProperty = (outcome: WritesOutcome) => void;

const codeOf = ({ body }: Answer): unknown => (body.startsWith('{') ? JSON.parse(body).code : undefined);
const isReplay = ({ headers }: Answer): boolean => headers?.['idempotent-replayed'] === 'true';

export const effectsHappenOnce: WritesProperty = ({ trace, orders, sold }) => {
  expect(momentsOf(trace, 'committed')).toHaveLength(1);
  expect({ orders, sold }).toEqual({ orders: 1, sold: 1 });
};

export const oneInsertHappens: WritesProperty = ({ orders }) => expect(orders).toBe(1);

/** Success is told to the invocation that committed, as its own, and to others as a replay of the very same answer. */
export const onlyTheCommittedAnswerIsGiven: WritesProperty = ({ trace }) => {
  const [committed] = momentsOf(trace, 'committed');
  const first = momentsOf(trace, 'returned').find(({ invocation }) => invocation === committed?.invocation)?.response;
  for (const { invocation, answer } of momentsOf(trace, 'answered')) {
    if (answer.statusCode !== 201) continue;
    expect(answer.body).toBe(first?.body);
    expect(isReplay(answer)).toBe(invocation !== committed?.invocation);
  }
};

const isUnsure = (answer: Answer): boolean => /^(STORE_UNAVAILABLE|OUTCOME_UNKNOWN)$/.test(String(codeOf(answer)));

/** Without a key, a repeat of what was done is no repeat to anybody. */
export const nobodyIsToldToRepeatItsCommit: WritesProperty = ({ trace }) => {
  const committed = momentsOf(trace, 'committed').map(({ invocation }) => invocation);
  for (const { invocation, answer } of momentsOf(trace, 'answered')) {
    if (codeOf(answer) === 'STORE_UNAVAILABLE') expect(committed).not.toContain(invocation);
  }
};

/** Who has committed is answered so, unless its time ended before it could know. */
export const nobodyIsRefusedByItsOwnCommit: WritesProperty = ({ trace }) => {
  for (const [index, moment] of trace.entries()) {
    if (moment.type !== 'committed') continue;
    const answered = momentsOf(trace.slice(index), 'answered').find(
      ({ invocation }) => invocation === moment.invocation,
    );
    if (!answered || isUnsure(answered.answer)) continue;
    expect(answered.answer.statusCode).toBe(201);
    expect(isReplay(answered.answer)).toBe(false);
  }
};

/** The record decides before the writes do, even while another transaction holds it. */
export const repeatsAreNoDuplicates: WritesProperty = ({ trace }) =>
  expect(momentsOf(trace, 'answered').map(({ answer }) => codeOf(answer))).not.toContain('DUPLICATE');

export const repeatsAreReplayed: WritesProperty = ({ lastAnswer }) =>
  expect(lastAnswer).toMatchObject({ statusCode: 201 });

export const repeatsAreDuplicates: WritesProperty = ({ trace, lastAnswer }) => {
  const committedBefore = momentsOf(trace, 'committed')[0]?.invocation !== trace.at(-1)?.invocation;
  expect(lastAnswer && [lastAnswer.statusCode, codeOf(lastAnswer)]).toEqual(
    committedBefore ? [409, 'DUPLICATE'] : [201, undefined],
  );
};
