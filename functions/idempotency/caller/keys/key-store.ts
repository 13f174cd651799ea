/** What is kept of an intention. JSON can hold it. */
export interface StoredKey {
  key: string;
  /** A hash of the request; empty once the server has said that nothing was done, so that a corrected one may use the key. */
  print?: string;
  /** Until when the server remembers the key, in epoch milliseconds. */
  untilMs: number;
  /** A try may have been sent whose answer nobody has heard: it may be done yet, even after another was refused. */
  doubt?: boolean | undefined;
  /** It has been done: kept, so that it is not done again. */
  done?: true;
}

/** Where keys outlive the page or process that made them. */
export interface KeyStore {
  /**
   * Replaces what is kept of an intention by what `change` makes of it (`undefined`: nothing), and gives that back once it is safely
   * stored. Nobody else's change comes between, from another tab or process either: two who begin at the same time must agree on one key.
   * `change` may be called more than once.
   */
  update(
    intention: string,
    change: (found: StoredKey | undefined) => StoredKey | undefined,
  ): Promise<StoredKey | undefined>;
}
