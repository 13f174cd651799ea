import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Encryption, StoreError } from '../../functions/idempotency/entries/main.ts';

/** AES-256-GCM by a key of its own, bound to the record's id. */
export const aes = (key = randomBytes(32)): Encryption => ({
  seal: async (result, { recordId }) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(recordId));
    const data = Buffer.concat([cipher.update(result), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), data]);
  },
  open: async (sealed, { recordId }) => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(recordId));
      decipher.setAuthTag(sealed.subarray(12, 28));
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
    } catch (cause) {
      throw new StoreError('It was not sealed by this key for this record.', { retryable: false, cause });
    }
  },
});
