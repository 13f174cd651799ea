import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  DecryptCommand,
  GenerateDataKeyCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMSClient,
  NotFoundException,
} from '@aws-sdk/client-kms';
import { LRUCache } from 'lru-cache';
import { type Encryption, StoreError } from 'middy-idempotency';

interface DataKey {
  plain: Uint8Array;
  /** As KMS has encrypted it: only KMS can open it again. */
  wrapped: Uint8Array;
}

export interface KmsEncryptionOptions {
  /** The ARN of a symmetric KMS key. */
  keyId: string;
  /** How many results one data key seals. @default 1000 */
  maxUses?: number;
  /** How long a data key is used, and stays in memory. @default 300000 (5 minutes) */
  maxAgeMs?: number;
  client?: KMSClient;
}

/** A permission can demand it: `kms:EncryptionContext:purpose`. */
const EncryptionContext = { purpose: 'idempotency' };

/** The SDK by itself waits forever for an answer. */
const defaultClient = () => new KMSClient({ requestHandler: { requestTimeout: 2000, throwOnRequestTimeout: true } });

/** Data keys of KMS, each made or unwrapped by one call, and used until it is old or worn out. */
const dataKeys = ({ keyId, client = defaultClient(), maxUses = 1000, maxAgeMs = 300_000 }: KmsEncryptionOptions) => {
  const unwrapped = new LRUCache<string, Promise<Uint8Array>>({ max: 100, ttl: maxAgeMs });
  const nameOf = (wrapped: Uint8Array) => Buffer.from(wrapped).toString('base64');
  let current: { key: Promise<DataKey>; uses: number; untilMs: number } | undefined;

  const generate = async (): Promise<DataKey> => {
    const command = new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext });
    const { Plaintext: plain, CiphertextBlob: wrapped } = await client.send(command);
    if (!plain || !wrapped) throw new Error('KMS gave no data key.');
    unwrapped.set(nameOf(wrapped), Promise.resolve(plain));
    return { plain, wrapped };
  };

  const decrypt = async (wrapped: Uint8Array): Promise<Uint8Array> => {
    const command = new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext });
    const { Plaintext: plain } = await client.send(command);
    if (!plain) throw new Error('KMS gave no data key.');
    return plain;
  };

  return {
    /** The key to seal with now. */
    toSeal: (): Promise<DataKey> => {
      if (!current || current.uses >= maxUses || Date.now() >= current.untilMs) {
        const made = { key: generate(), uses: 0, untilMs: Date.now() + maxAgeMs };
        made.key.catch(() => {
          if (current === made) current = undefined; // the next one asks KMS again
        });
        current = made;
      }
      current.uses += 1;
      return current.key;
    },
    toOpen: (wrapped: Uint8Array): Promise<Uint8Array> => {
      const name = nameOf(wrapped);
      const known = unwrapped.get(name);
      if (known) return known;
      const key = decrypt(wrapped);
      unwrapped.set(name, key);
      key.catch(() => unwrapped.delete(name));
      return key;
    },
  };
};

/** No other try can open it: 409 `RESULT_UNAVAILABLE`. What else fails may pass: 503. */
const forGood = (cause: unknown) =>
  new StoreError('The result was not sealed by this key for this record.', { retryable: false, cause });

const neverOpens = [InvalidCiphertextException, IncorrectKeyException, NotFoundException];

/** AES-256-GCM. Sealed is: length of the wrapped key (2 bytes), wrapped key, nonce (12), tag (16), ciphertext. */
export const kmsEncryption = (options: KmsEncryptionOptions): Encryption => {
  const keys = dataKeys(options);
  return {
    seal: async (result, { recordId }) => {
      const { plain, wrapped } = await keys.toSeal();
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', plain, nonce).setAAD(Buffer.from(recordId));
      const data = Buffer.concat([cipher.update(result), cipher.final()]);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(wrapped.length);
      return Buffer.concat([length, wrapped, nonce, cipher.getAuthTag(), data]);
    },
    open: async (sealed, { recordId }) => {
      const bytes = Buffer.from(sealed);
      const start = bytes.length < 3 ? 3 : 2 + bytes.readUInt16BE(0);
      if (bytes.length < start + 28) throw forGood(new RangeError('It is cut off.'));
      const plain = await keys.toOpen(bytes.subarray(2, start)).catch((error: unknown) => {
        throw neverOpens.some((kind) => error instanceof kind) ? forGood(error) : error;
      });
      try {
        const nonce = bytes.subarray(start, start + 12);
        const decipher = createDecipheriv('aes-256-gcm', plain, nonce, { authTagLength: 16 });
        decipher.setAAD(Buffer.from(recordId)).setAuthTag(bytes.subarray(start + 12, start + 28));
        return Buffer.concat([decipher.update(bytes.subarray(start + 28)), decipher.final()]);
      } catch (cause) {
        throw forGood(cause);
      }
    },
  };
};
