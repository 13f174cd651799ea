/**
 * Where results go that do not fit a record. A record names its object by the operation and the owner, so an invocation that was
 * taken over never replaces what its successor has written.
 */
export interface ResultOverflow {
  /**
   * Writes an object, which must be readable at once when this resolves. Writing the same object again must be harmless.
   *
   * A failure is worth another try, unless it is a `StoreError` that says otherwise.
   *
   * @param expiresAtSeconds - When the object is no longer needed, in epoch seconds.
   */
  put(key: string, data: Uint8Array, expiresAtSeconds: number, signal?: AbortSignal): Promise<void>;
  /**
   * The object; `undefined` when there is none.
   *
   * A failure may pass, unless it is a `StoreError` that says otherwise.
   */
  get(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
}
