/** What results are encrypted with before they leave the process, and decrypted with when they are replayed. */
export interface Encryption {
  /**
   * Encrypts a result. Bind it to the record's id (AES-GCM: as additional authenticated data), so that it opens in no other record.
   *
   * What it throws means that the result is not kept: never that it is kept as it is.
   */
  seal(result: Uint8Array, details: SealedRecord): Uint8Array | Promise<Uint8Array>;
  /**
   * Decrypts what `seal` returned for the same record.
   *
   * A failure may pass, unless it is a `StoreError` that says otherwise.
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
