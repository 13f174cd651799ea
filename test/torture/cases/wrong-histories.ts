import type { Case } from './case.ts';
import {
  afterFailure,
  answeredBy,
  crash,
  done,
  failure,
  orderOf,
  refusedWith,
  refusedWrite,
  replayOf,
  second,
  success,
  unavailableWrite,
  undone,
} from './stories.ts';

/** What it may not, each beside a right one. */
export const wrongHistories: readonly Case[] = [
  {
    title: 'a second effect after a success',
    entry: 'key',
    stories: { a: success(0), b: success(20, second) },
    kinds: ['second-effect', 'run-after-completion', 'previous-overstates'],
  },
  {
    title: 'two runs at a time',
    entry: 'key',
    stories: { a: crash(0), b: success(5, second) },
    kinds: ['two-live-runs'],
  },
  {
    title: 'a completion by whoever was overtaken',
    entry: 'wrapped',
    stories: {
      a: success(0, {
        effect: 2200,
        returned: 2201,
        calls: [
          [1, 'claim', 'claimed'],
          [2202, 'complete', 'written'],
        ],
      }),
      b: success(2100, {
        ...second,
        calls: [
          [2101, 'claim', 'claimed'],
          [2106, 'complete', 'lost'],
        ],
      }),
    },
    kinds: ['second-effect', 'overtaken-run-completed'],
  },
  {
    title: 'a run after a crash under reject',
    entry: 'key-reject',
    stories: { a: crash(0), b: success(2100, second) },
    kinds: ['run-after-crash'],
  },
  {
    title: 'a token that runs twice',
    entry: 'token',
    stories: {
      a: { asked: 0, calls: [[1, 'consume', 'consumed']], started: 2, killed: 3 },
      b: { asked: 10, calls: [[11, 'consume', 'consumed']], started: 12, returned: 13 },
    },
    kinds: ['token-ran-twice'],
  },
  {
    title: 'a token refused that nobody used',
    entry: 'token',
    stories: { a: refusedWith('REPETITIVE_OPERATION', 10) },
    kinds: ['token-lost'],
  },
  {
    title: 'a token used up by whoever was told 503',
    entry: 'token',
    stories: {
      a: {
        asked: 0,
        calls: [[1, 'consume', 'failed']],
        answered: [2, { status: 503, code: 'STORE_UNAVAILABLE', retryable: true }],
      },
      b: refusedWith('REPETITIVE_OPERATION', 10),
    },
    kinds: ['unavailable-but-consumed'],
  },
  {
    title: 'a replay of another run than the one that was remembered',
    entry: 'token-retain',
    stories: {
      a: crash(0, { returned: 8 }),
      b: success(2100, { ...second, ...answeredBy('b', 2107) }),
      c: replayOf('a', 2200),
    },
    kinds: ['answers-differ'],
  },
  {
    title: 'a replay that no run has returned',
    entry: 'key',
    stories: { a: success(0), b: replayOf('nobody', 20) },
    kinds: ['replay-changed'],
  },
  {
    title: 'a success that is not told as a replay, although it is another one’s',
    entry: 'key',
    stories: { a: success(0), b: { asked: 20, ...answeredBy('a', 22) } },
    kinds: ['replay-changed'],
  },
  {
    title: 'an operation in progress that was answered as done',
    entry: 'key-wait',
    stories: { a: success(0, answeredBy('a', 7)), b: refusedWith('OUTCOME_UNKNOWN', 10) },
    kinds: ['forgotten', 'ghost'],
  },
  {
    title: 'attempt 1 again after a failure, and effects of both',
    entry: 'key',
    stories: { a: failure(0), b: success(20) },
    kinds: ['attempt-restarted-after-failure', 'attempt-shared-by-effects'],
  },
  {
    title: 'attempt 1 again after a crash, when a takeover was undone',
    entry: 'key',
    stories: { a: crash(0, { effect: 3 }), b: undone(2100), c: success(2200, { effect: 2203 }) },
    kinds: ['attempt-restarted-after-undo', 'attempt-shared-by-effects'],
  },
  {
    title: 'attempt 1 again after a crash',
    entry: 'key',
    stories: { a: { asked: 0, started: 2, attempt: 1, killed: 10 }, b: success(2100) },
    kinds: ['attempt-restarted'],
  },
  {
    title: 'an attempt lower than the one before',
    entry: 'key',
    stories: { a: failure(0), b: failure(20, { attempt: 3, previous: 'failed' }), c: success(40, afterFailure) },
    kinds: ['attempt-of-nobody', 'attempt-fell'],
  },
  {
    title: 'an attempt above 1 that is not told of the ones before',
    entry: 'key',
    stories: { a: failure(0), b: success(20, { attempt: 2 }) },
    kinds: ['previous-missing'],
  },
  {
    title: 'a crash called a failure',
    entry: 'key',
    stories: { a: crash(0), b: success(2100, afterFailure) },
    kinds: ['previous-understates'],
  },
  {
    title: 'a failure called a crash',
    entry: 'key',
    stories: { a: failure(0), b: success(20, second) },
    kinds: ['previous-overstates'],
  },
  {
    title: 'a refusal because of a claim that was undone',
    entry: 'key',
    stories: { a: undone(0), b: refusedWith('IN_PROGRESS', 10, true) },
    kinds: ['ghost'],
  },
  {
    title: '503 after a run',
    entry: 'key',
    stories: { a: failure(0, { answered: [7, { status: 503, code: 'STORE_UNAVAILABLE', retryable: true }] }) },
    kinds: ['unavailable-but-ran'],
  },
  {
    title: '503 for an order that was written',
    entry: 'unique',
    stories: { a: unavailableWrite(0) },
    final: orderOf('a'),
    kinds: ['unavailable-but-written'],
  },
  {
    title: '503 for an order with a key that was written',
    entry: 'unique-key',
    stories: { a: unavailableWrite(0) },
    final: orderOf('a', 'unique-key'),
    kinds: ['unavailable-but-written-with-key'],
  },
  {
    title: 'a duplicate of its own',
    entry: 'unique',
    stories: { a: refusedWrite('DUPLICATE', 0) },
    final: orderOf('a'),
    kinds: ['own-write-called-duplicate'],
  },
  {
    title: 'a duplicate of nothing',
    entry: 'unique-single',
    stories: { a: refusedWrite('DUPLICATE', 0) },
    kinds: ['duplicate-of-nothing'],
  },
  {
    title: 'a condition that was met',
    entry: 'unique',
    stories: { a: refusedWrite('CONDITION_FAILED', 0) },
    kinds: ['refused-without-reason'],
  },
  {
    title: 'two callers told that they made it, of whom one has no item',
    entry: 'unique',
    stories: { a: done('a', 0), b: done('b', 10) },
    final: orderOf('b'),
    kinds: ['two-successes', 'answered-without-writes'],
  },
  {
    title: 'two items, one guard',
    entry: 'unique',
    stories: { a: done('a', 0) },
    final: {
      items: ['a', 'b'].map((run) => ({ operation: 'unique-1', run, unique: true })),
      guards: [{ operation: 'unique-1' }],
      stock: { initial: 10, left: 8 },
    },
    kinds: ['duplicate-item', 'guard-missing'],
  },
  {
    title: 'a guard without an item',
    entry: 'unique',
    stories: { a: { asked: 0, started: 1, killed: 2 } },
    final: { items: [], guards: [{ operation: 'unique-1' }], stock: { initial: 10, left: 10 } },
    kinds: ['guard-of-nobody'],
  },
  {
    title: 'two users with one value',
    entry: 'verbs',
    stories: { a: done('a', 0) },
    final: {
      users: [
        { id: { S: '1' }, email: { S: 'a' } },
        { id: { S: '2' }, email: { S: 'a' } },
        {
          id: { S: 'unique-guard#a' },
          uniqueOf: { M: { id: { S: '1' } } },
          uniqueAttributes: { L: [{ S: 'email' }] },
        },
      ],
    },
    kinds: ['guards-differ'],
  },
  {
    title: 'an order that took nothing of the stock',
    entry: 'unique',
    stories: { a: done('a', 0) },
    final: { ...orderOf('a'), stock: { initial: 10, left: 10 } },
    kinds: ['stock-wrong'],
  },
  {
    title: 'no final answer in the end',
    entry: 'key',
    stories: { a: crash(0), b: { ...refusedWith('IN_PROGRESS', 10, true), settling: true } },
    kinds: ['unsettled'],
  },
];
