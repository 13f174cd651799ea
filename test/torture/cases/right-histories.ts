import type { Case } from './case.ts';
import { bodyOf } from './hand-made.ts';
import {
  afterFailure,
  answeredBy,
  crash,
  declined,
  done,
  failure,
  orderOf,
  refusedWith,
  refusedWrite,
  replayOf,
  second,
  success,
  undone,
  unsure,
  written,
} from './stories.ts';

/** Outlives its lease, and finds that its record is another one's. */
const overtaken = success(0, {
  effect: 2104,
  returned: 2105,
  calls: [
    [1, 'claim', 'claimed'],
    [2106, 'complete', 'lost'],
  ],
});

/** What the library may do. */
export const rightHistories: readonly Omit<Case, 'kinds'>[] = [
  {
    title: 'a success and its replays',
    entry: 'key',
    stories: { a: success(0, answeredBy('a', 7)), b: replayOf('a', 10), c: { ...replayOf('a', 20), settling: true } },
  },
  {
    title: 'a duplicate while it runs',
    entry: 'key',
    stories: { a: success(0, answeredBy('a', 7)), b: refusedWith('IN_PROGRESS', 3, true) },
  },
  {
    title: 'a second effect after a crash, once the lease is over',
    entry: 'key',
    stories: { a: crash(0), b: success(2100, { ...second, ...answeredBy('b', 2107) }) },
  },
  {
    title: 'a second effect beside a run that outlives its lease',
    entry: 'wrapped',
    stories: {
      a: crash(0, { killed: 3000 }),
      b: success(2100, { ...second, ...answeredBy('b', 2107) }),
    },
  },
  {
    title: 'a takeover whose answer comes after the outlived run has lost its record',
    entry: 'wrapped',
    stories: {
      a: overtaken,
      b: {
        ...success(2100, { ...second, started: 2111, effect: 2112, returned: 2113 }),
        calls: [
          [2110, 'claim', 'claimed'],
          [2115, 'complete', 'written'],
        ],
        ...answeredBy('b', 2116),
      },
    },
  },
  {
    title: 'a run after one that was taken over by a claim that was undone',
    entry: 'wrapped',
    stories: {
      a: overtaken,
      b: undone(2105),
      c: success(2120, { ...second, ...answeredBy('c', 2127) }),
    },
  },
  {
    title: 'a second effect after a failure',
    entry: 'token-retain',
    stories: { a: failure(0), b: success(20, { ...afterFailure, ...answeredBy('b', 27) }) },
  },
  {
    title: 'a second effect after a completion that was never confirmed',
    entry: 'key',
    stories: {
      a: success(0, {
        calls: [
          [1, 'claim', 'claimed'],
          [6, 'complete', 'failed'],
        ],
        answered: [7, { status: 201, body: bodyOf('a') }],
      }),
      b: success(2100, { ...second, ...answeredBy('b', 2107) }),
    },
  },
  {
    title: 'a second effect after a run that could not tell, at once',
    entry: 'key',
    stories: { a: unsure(0), b: success(20, { ...second, ...answeredBy('b', 27) }) },
  },
  {
    title: 'another execution after one that went on, and then did not act',
    entry: 'durable',
    stories: {
      a: crash(0, { execution: 'one' }),
      b: declined(20, { execution: 'one' }),
      c: success(40, { attempt: 2, execution: 'other', ...answeredBy('c', 47) }),
    },
  },
  {
    title: 'another payload after an execution that went on, and then did not act',
    entry: 'durable',
    stories: {
      a: crash(0, { execution: 'one' }),
      b: declined(20, { execution: 'one' }),
      c: success(40, { attempt: 2, amount: 5000, execution: 'other', ...answeredBy('c', 47) }),
    },
  },
  {
    title: 'a try that can not tell, long after the next try of its execution has failed',
    entry: 'durable',
    stories: {
      a: {
        asked: 0,
        deadline: 15,
        calls: [[1, 'claim', 'claimed']],
        started: 2,
        attempt: 1,
        execution: 'one',
        effect: 60,
        saysNothing: 61,
      },
      b: failure(20, { execution: 'one' }),
      c: success(40, { ...afterFailure, execution: 'other', ...answeredBy('c', 47) }),
    },
  },
  {
    title: 'a refusal of unknown outcome after a run that could not tell, under reject',
    entry: 'key-reject',
    stories: { a: unsure(0), b: refusedWith('OUTCOME_UNKNOWN', 20) },
  },
  {
    title: 'another payload after a run that did not act, of which nothing is told',
    entry: 'key',
    stories: { a: declined(0), b: success(20, { attempt: 2, amount: 5000, ...answeredBy('b', 27) }) },
  },
  {
    title: 'a mismatch of payloads',
    entry: 'token-retain',
    stories: { a: failure(0), b: { ...refusedWith('PAYLOAD_MISMATCH', 10), amount: 5000 } },
  },
  {
    title: 'a durable execution that goes on where its last try was killed',
    entry: 'durable',
    stories: {
      a: crash(0, { execution: 'one' }),
      b: success(20, { execution: 'one', ...answeredBy('b', 27) }),
    },
  },
  {
    title: 'a refusal of unknown outcome after a crash under reject',
    entry: 'key-reject',
    stories: { a: crash(0), b: refusedWith('OUTCOME_UNKNOWN', 2100) },
  },
  {
    title: 'a run after a failure under reject',
    entry: 'key-reject',
    stories: { a: failure(0), b: success(20, { ...afterFailure, ...answeredBy('b', 27) }) },
  },
  {
    title: 'a refusal because of a claim that could not be undone',
    entry: 'key',
    stories: {
      a: {
        asked: 0,
        calls: [
          [1, 'claim', 'failed'],
          [2, 'undo', 'failed'],
        ],
        answered: [3, { status: 503, code: 'STORE_UNAVAILABLE', retryable: true }],
      },
      b: refusedWith('IN_PROGRESS', 10, true),
    },
  },
  {
    title: 'a token that runs once',
    entry: 'token',
    stories: {
      a: {
        asked: 0,
        calls: [[1, 'consume', 'consumed']],
        started: 2,
        effect: 3,
        returned: 4,
        answered: [5, { status: 201, body: bodyOf('a') }],
      },
      b: refusedWith('REPETITIVE_OPERATION', 10),
    },
  },
  {
    title: 'a token that was used up by whoever died before its run',
    entry: 'token',
    stories: { a: { asked: 0, killed: 5 }, b: refusedWith('REPETITIVE_OPERATION', 10) },
  },
  {
    title: 'a token whose user was told that the outcome is unknown',
    entry: 'token',
    stories: {
      a: { asked: 0, calls: [[1, 'consume', 'failed']], answered: [2, { status: 409, code: 'OUTCOME_UNKNOWN' }] },
      b: refusedWith('REPETITIVE_OPERATION', 10),
    },
  },
  {
    title: 'an order',
    entry: 'unique',
    stories: { a: done('a', 0), b: refusedWrite('DUPLICATE', 10) },
    final: orderOf('a'),
  },
  {
    title: 'an order of whoever died',
    entry: 'unique',
    stories: { a: { asked: 0, started: 1, killed: 2 }, b: refusedWrite('DUPLICATE', 10) },
    final: orderOf('a'),
  },
  {
    title: 'an order with a key, and a repeat that fails by itself',
    entry: 'unique-key',
    stories: {
      a: done('a', 0),
      b: { asked: 10, started: 11, threw: 12, answered: [13, { status: 500 }] },
      c: written(20, 201, { body: bodyOf('a'), replayed: true, events: ['replayed'] }),
    },
    final: orderOf('a', 'unique-key'),
  },
];
