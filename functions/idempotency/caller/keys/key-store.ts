/** What is stored per intention, as a JSON value. */
export interface StoredKey {
  key: string;
  /** A hash of the request; empty once the server has said that nothing was done, so that a corrected one may use the key. */
  print?: string;
  /** Until when the server remembers the key, in epoch milliseconds. */
  untilMs: number;
  /** A try may have been sent that never got an answer: it may still be done, even after another try was refused. */
  doubt?: boolean | undefined;
  /** It has been done: kept, so that it is not done again. */
  done?: true;
}

/** A store in which keys outlive the page or process that made them. */
export interface KeyStore {
  /**
   * Replaces what is stored for an intention by the result of `change` (`undefined`: nothing), and returns that once it is safely stored.
   * It must be atomic, also across tabs and processes: two callers that start at the same time must get the same key. `change` may be
   * called more than once.
   */
  update(
    intention: string,
    change: (found: StoredKey | undefined) => StoredKey | undefined,
  ): Promise<StoredKey | undefined>;
}
