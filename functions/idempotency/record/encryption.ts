import { hash } from 'node:crypto';
import { readAtOnce } from '../base/read-at-once.ts';

/** What results are encrypted with before they leave the process, and decrypted with when they are replayed. */
export interface Encryption {
  /**
   * Encrypts a result, which is preceded by 16 bytes that name its record: one that opens in another record is not answered there. Bind it
   * to the record's id all the same (AES-GCM: as additional authenticated data).
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

export interface SealedRecord {
  readonly recordId: string;
}

/** A copy of the bytes that a callback returned: its next call may write to the same memory. @throws {TypeError} of what is no bytes */
export const copiedBytes = (given: unknown): Uint8Array => {
  if (!ArrayBuffer.isView(given)) throw new TypeError(`The callback returned ${typeof given}: return a Uint8Array.`);
  return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
};

/** What a sealed result begins with, so that it is known again as this record's, whatever `seal` and `open` make of the id. */
const markBytes = 16;
const markOf = (recordId: string): Buffer => hash('sha256', recordId, 'buffer').subarray(0, markBytes);

/**
 * @throws what `seal` throws
 * @throws {TypeError} when it returns no bytes
 */
export const sealFor = async (recordId: string, data: Uint8Array, encryption: Encryption): Promise<Uint8Array> =>
  readAtOnce(encryption.seal(Buffer.concat([markOf(recordId), data]), { recordId }), copiedBytes);

/**
 * What was sealed for a record; `undefined` if that was another one. Others may go on reading the sealed bytes: from a cache.
 *
 * @throws what `open` throws
 * @throws {TypeError} when it returns no bytes
 */
export const openFor = async (
  recordId: string,
  sealed: Uint8Array,
  encryption: Encryption,
): Promise<Uint8Array | undefined> => {
  const opened = await readAtOnce(encryption.open(sealed.slice(), { recordId }), copiedBytes);
  return markOf(recordId).equals(opened.subarray(0, markBytes)) ? opened.subarray(markBytes) : undefined;
};
