/** What results are encrypted with before they leave the process, and decrypted with when they are replayed. */
export interface Encryption {
  /**
   * Encrypts a result. Bind it to the record's id (AES-GCM: as additional authenticated data), so that it opens in no other record.
   *
   * If it throws, the result is not kept; it is never stored unsealed.
   */
  seal(result: Uint8Array, details: SealedRecord): Uint8Array | Promise<Uint8Array>;
  /**
   * Decrypts what `seal` returned for the same record.
   *
   * A failure counts as temporary, unless it is a `StoreError` with `retryable: false`.
   */
  open(sealed: Uint8Array, details: SealedRecord): Uint8Array | Promise<Uint8Array>;
}

/** @throws {TypeError} of what is no bytes */
export const toBytes = (given: unknown): Uint8Array => {
  if (!ArrayBuffer.isView(given)) throw new TypeError(`The callback returned ${typeof given}: return a Uint8Array.`);
  return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
};

export interface SealedRecord {
  readonly recordId: string;
}
