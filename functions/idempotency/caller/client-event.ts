import type { Try } from './attempt.ts';

/** What a call is doing. */
export type ClientEvent = {
  /** Empty where the call gave its own key. */
  intention: string;
  key: string;
} & (
  | { type: 'sending' /** Counted from 1, in this call. */; attempt: number }
  /** It is sent again after a pause, which brought an answer, or the error that is its `cause`. */
  | { type: 'waiting'; ms: number; last: Try }
  /**
   * The final answer; `replayed` if it had been given before (`Idempotent-Replayed`), `redacted` if it is not all that was given
   * (`Idempotent-Redacted`).
   */
  | { type: 'answered'; response: Response; replayed: boolean; redacted: boolean }
);
