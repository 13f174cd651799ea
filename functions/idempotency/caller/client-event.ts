import type { Try } from './attempt.ts';

/** What a call is doing. */
export type ClientEvent = {
  /** Empty if the call passed a `key` of its own. */
  intention: string;
  key: string;
} & (
  | { type: 'sending' /** Counted from 1, in this call. */; attempt: number }
  /** It is sent again after a pause of `ms`, because of the `last` answer or error. */
  | { type: 'waiting'; ms: number; last: Try }
  /**
   * The final answer; `replayed` if it had been given before (`Idempotent-Replayed`), `redacted` if it lacks something that the first
   * caller got (`Idempotent-Redacted`).
   */
  | { type: 'answered'; response: Response; replayed: boolean; redacted: boolean }
);
