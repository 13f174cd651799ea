import type { EntryPoint } from '../entry-points.ts';
import type { Answer, FinalState } from '../history/history.ts';
import { bodyOf, type Story } from './hand-made.ts';

/** Runs, is remembered, and is answered, from a given time on. */
export const success = (at: number, more: Partial<Story> = {}): Story => ({
  asked: at,
  calls: [
    [at + 1, 'claim', 'claimed'],
    [at + 6, 'complete', 'written'],
  ],
  started: at + 2,
  attempt: 1,
  effect: at + 3,
  returned: at + 4,
  ...more,
});

export const answeredBy = (run: string, at: number): Pick<Story, 'answered'> => ({
  answered: [at, { status: 201, body: bodyOf(run), events: ['claimed', 'completed'] }],
});

export const replayOf = (run: string, at: number): Story => ({
  asked: at,
  calls: [[at + 1, 'claim', 'refused by COMPLETED']],
  answered: [at + 2, { status: 201, replayed: true, body: bodyOf(run), events: ['replayed'] }],
});

export const refusedWith = (code: string, at: number, retryable = false): Story => ({
  asked: at,
  calls: [[at + 1, 'claim', 'refused by IN_PROGRESS']],
  answered: [at + 2, { status: 409, code, retryable }],
});

/** A run whose record is freed; `how` it ended says the rest. */
const freed =
  (how: (at: number) => Partial<Story>) =>
  (at: number, more: Partial<Story> = {}): Story => ({
    asked: at,
    calls: [
      [at + 1, 'claim', 'claimed'],
      [at + 6, 'release', 'written'],
    ],
    started: at + 2,
    attempt: 1,
    ...how(at),
    ...more,
  });

export const failure = freed((at) => ({
  effect: at + 3,
  threw: at + 4,
  answered: [at + 7, { status: 500 }],
}));

/** Answers that it has not acted. */
export const declined = freed((at) => ({
  declined: at + 4,
  answered: [at + 7, { status: 422 }],
}));

/** Has its effect, and does not know. */
export const unsure = freed((at) => ({
  calls: [
    [at + 1, 'claim', 'claimed'],
    [at + 6, 'release unknown', 'written'],
  ],
  effect: at + 3,
  saysNothing: at + 4,
  answered: [at + 7, { status: 504 }],
}));

/** Killed in the middle of its run. */
export const crash = (at: number, more: Partial<Story> = {}): Story => ({
  asked: at,
  calls: [[at + 1, 'claim', 'claimed']],
  started: at + 2,
  attempt: 1,
  effect: at + 3,
  killed: at + 10,
  ...more,
});

/** A claim of unknown fate that was undone, as the store confirmed. */
export const undone = (at: number): Story => ({
  asked: at,
  calls: [
    [at + 1, 'claim', 'failed'],
    [at + 2, 'undo', 'done'],
  ],
  answered: [at + 3, { status: 503, code: 'STORE_UNAVAILABLE', retryable: true }],
});

export const second = { attempt: 2, previous: 'crashed' };
export const afterFailure = { attempt: 2, previous: 'failed' };

/** A request under `uniqueIndex`. */
export const written = (at: number, status: number, more: Partial<Answer> = {}): Story => ({
  asked: at,
  started: at + 1,
  returned: at + 2,
  answered: [at + 3, { status, ...more }],
});

export const done = (run: string, at: number): Story => written(at, 201, { body: bodyOf(run), events: ['committed'] });
export const refusedWrite = (code: string, at: number): Story => written(at, 409, { code, retryable: false });
export const unavailableWrite = (at: number): Story =>
  written(at, 503, { code: 'STORE_UNAVAILABLE', retryable: true, detail: 'The request was not processed.' });

export const orderOf = (run: string, entry: EntryPoint = 'unique'): Partial<FinalState> => ({
  items: [{ operation: `${entry}-1`, run, unique: true }],
  guards: [{ operation: `${entry}-1` }],
  stock: { initial: 10, left: 9 },
});
