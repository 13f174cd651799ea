import { expect, test } from 'vitest';
import { answerWords, laneWords, storyOf } from '../../../infra/local/console/page/lane-words.ts';
import { sumsOf } from '../../../infra/local/console/page/sums.ts';
import type { Lane } from '../../../infra/local/console/protocol.ts';

const lane: Lane = {
  id: 'lane',
  number: 7,
  groupId: 'group',
  cure: 'key',
  route: 'POST /payments',
  asks: 'pay 42.00 EUR for o-1',
  caller: 'Ada',
  key: 'a-key-of-more-than-24-characters',
  arrivedMs: 1000,
  endedMs: 1500,
  phases: [
    { kind: 'waiting', fromMs: 1000, toMs: 1100 },
    { kind: 'working', fromMs: 1100, toMs: 1110 },
    { kind: 'claiming', fromMs: 1110, toMs: 1120 },
    { kind: 'running', fromMs: 1120, toMs: 1480, attempt: 2 },
    { kind: 'completing', fromMs: 1480, toMs: 1490 },
    { kind: 'working', fromMs: 1490, toMs: 1500 },
  ],
  marks: [
    { kind: 'taken-over', atMs: 1120, says: 'the earlier lease has ended' },
    { kind: 'charged', atMs: 1300, says: 'the card is charged' },
    { kind: 'completed', atMs: 1490, says: 'the answer is in the record' },
    { kind: 'event', atMs: 1520, says: 'event completed' },
  ],
  attempt: 2,
  answer: { status: 201, end: 'done', body: '{}' },
};

test('a lane’s story goes from its arrival to what its caller got, and a line that was read late stays before that', () => {
  expect(storyOf(lane)).toEqual([
    { afterMs: 0, says: 'Ada sends POST /payments with the key a-key-of-more-than-24-…: pay 42.00 EUR for o-1.' },
    { afterMs: 100, says: 'A process has started, and takes it.' },
    { afterMs: 110, says: 'It asks the table whether it may run.' },
    { afterMs: 120, says: 'The earlier lease has ended.' },
    { afterMs: 300, says: 'The card is charged.' },
    { afterMs: 480, says: 'It tells the table how it ended.' },
    { afterMs: 490, says: 'The answer is in the record.' },
    { afterMs: 500, says: 'Event completed.' },
    { afterMs: 500, says: 'The caller gets 201.' },
  ]);
});

test.each<[NonNullable<Lane['answer']>, string, string]>([
  [
    { status: 409, end: 'refused', code: 'IN_PROGRESS', retryAfterSeconds: 2, body: '' },
    '409 in progress',
    'The caller gets 409 IN_PROGRESS: this request has done nothing. It may ask again in 2 s.',
  ],
  // Whatever may have taken effect is not called undone.
  [
    { status: 409, end: 'refused', code: 'OUTCOME_UNKNOWN', body: '' },
    '409 outcome unknown',
    'The caller gets 409 OUTCOME_UNKNOWN.',
  ],
  [
    { status: 201, end: 'replayed', body: '' },
    '201 replayed',
    'The caller gets 201, the first answer once more. Nothing ran.',
  ],
  [{ status: 201, end: 'unanswered', body: '' }, 'no answer', 'It was 201, but the caller never received it.'],
  [{ status: 500, end: 'killed', body: '' }, '500 killed', 'The caller gets 500, and can’t know what was done.'],
  [{ status: 500, end: 'failed', body: '' }, '500 failed', 'The caller gets 500.'],
])('an answer in words: %o', (answer, short, long) => {
  expect(answerWords(answer)).toBe(short);
  expect(storyOf({ ...lane, answer }).at(-1)?.says).toBe(long);
});

test('what a lane shows is said to who can’t see it', () => {
  expect(laneWords(lane)).toBe('pay 42.00 EUR for o-1, attempt 2');
  const { answer: _, ...live } = lane;
  expect(laneWords({ ...live, phases: lane.phases.slice(0, 4) })).toBe('pay 42.00 EUR for o-1, attempt 2, runs');
});

test('runs and effects are counted by what the lanes show: a charge that the provider knew is none', () => {
  const known: Lane = { ...lane, marks: [{ kind: 'charge-known', atMs: 1300, says: '' }] };
  const refused: Lane = { ...lane, phases: lane.phases.slice(0, 3), marks: [] };
  expect(sumsOf('key', [lane, known, refused])).toEqual({ requests: 3, runs: 2, effects: 1, effect: 'charge' });
});
