import type { IdempotencyErrorCode } from '../base/error.ts';
import type { PreviousOutcome } from '../record/record.ts';
import type { UnavailableReason } from '../record/result.ts';

/** Something that happened to an operation: what metrics and logs are made of. */
export interface IdempotencyEvent {
  type: IdempotencyEventType;
  /** The record's id in the store, where the operation has one. */
  id?: string;
  /** The invocation that this happened in. */
  owner: string;
  attempt?: number;
  code?: IdempotencyErrorCode;
  /** Which of your callbacks failed. */
  callback?: string;
  /** How earlier runs ended, the worst of them. */
  previous?: PreviousOutcome;
  /** Why a result can't be kept. */
  reason?: UnavailableReason;
  error?: unknown;
}

export type IdempotencyEventType = keyof typeof severities;

/** Whether an event is trouble that somebody should look at. */
const severities = {
  claimed: 'normal',
  replayed: 'normal',
  completed: 'normal',
  /** The operation failed and may be tried again at once. */
  released: 'normal',
  /** The handler has not run, or passed on what an inner operation refused: the claim was taken back, and counts for nothing. */
  undone: 'normal',
  /** The handler itself can't tell what came of it: from now on as if it had crashed. */
  doubted: 'trouble',
  /** The handler may still be running, so the claim stays until its lease ends. */
  held: 'normal',
  'in-progress': 'normal',
  mismatch: 'normal',
  /** Refused for another reason: see `code`. */
  refused: 'normal',
  'token-consumed': 'normal',
  'token-refused': 'normal',
  /** The writes and the remembered answer are stored. */
  committed: 'normal',
  /** The result can't be kept, so that a repeat will be refused instead of answered. */
  'result-unavailable': 'trouble',
  /** An earlier run went silent, and must not be followed by another until somebody has looked: see `resolve`. */
  'outcome-unknown': 'trouble',
  /** A callback of yours threw: the default decided in its place. */
  'callback-failed': 'trouble',
  /** The handler's answer says that it was not done, so the writes that it had collected were dropped. */
  'writes-discarded': 'normal',
  /** This invocation outlived its lease, and another one has taken over. */
  'lease-lost': 'trouble',
  'completion-failed': 'trouble',
  'release-failed': 'trouble',
  'store-unavailable': 'trouble',
} as const satisfies Record<string, 'normal' | 'trouble'>;

export type OnEvent = (event: IdempotencyEvent) => unknown;

/** The default: nothing when all is well, a warning when it isn't. */
export const warnOfTrouble: OnEvent = (event) => {
  if (severities[event.type] === 'trouble') console.warn(`middy-idempotency: ${event.type}`, event);
};

/** Reports to the user's callback, whose failure must not change the outcome of the operation. */
export const reporter =
  (onEvent: OnEvent = warnOfTrouble) =>
  (event: IdempotencyEvent): void => {
    const warn = (error: unknown) => console.warn('middy-idempotency: onEvent failed', error);
    try {
      const returned = onEvent(event);
      if (returned !== undefined) Promise.resolve(returned).catch(warn);
    } catch (error) {
      warn(error);
    }
  };
