/**
 * Where results are stored that do not fit a record. A record names its object by the operation and the owner, so an overtaken invocation
 * never replaces what its successor has written.
 */
export interface ResultOverflow {
  /**
   * Writes an object, which must be readable once this resolves. Writing the same object again must be harmless.
   *
   * A failure is retried, unless it is a `StoreError` with `retryable: false`.
   *
   * @param expiresAtSeconds - When the object is no longer needed, in epoch seconds.
   */
  put(key: string, data: Uint8Array, expiresAtSeconds: number, signal?: AbortSignal): Promise<void>;
  /**
   * The object; `undefined` when there is none.
   *
   * A failure counts as temporary, unless it is a `StoreError` with `retryable: false`.
   */
  get(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
}
