import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkSealable } from '../../../functions/idempotency/protocol/settings.ts';
import type { Encryption } from '../../../functions/idempotency/record/encryption.ts';
import { type EncodedOutcome, sealResult } from '../../../functions/idempotency/record/result.ts';
import type { Session } from '../connection/session.ts';
import { OperatorError } from '../operator-error.ts';
import type { Seen } from '../records/seen.ts';

export interface SealOptions {
  /** A module that exports the function's `encryption`. */
  encryption?: string;
  /** Store it as it is, also where answers are sealed. */
  unsealed?: boolean;
}

/** @throws {OperatorError} `usage`, when the module can't be loaded or has none */
const loadEncryption = async (file: string): Promise<Encryption> => {
  let loaded: { encryption?: Partial<Encryption> };
  try {
    loaded = await import(pathToFileURL(resolve(file)).href);
  } catch (cause) {
    throw new OperatorError('usage', `The encryption in ${file} can't be loaded: ${(cause as Error).message}`, cause);
  }
  const { seal, open } = loaded.encryption ?? {};
  if (typeof seal !== 'function' || typeof open !== 'function') {
    throw new OperatorError(
      'usage',
      `${file} exports no \`encryption\` with \`seal\` and \`open\`: it must be an ES module that exports the option \`encryption\` of the function.`,
    );
  }
  return loaded.encryption as Encryption;
};

/**
 * The answer as the function would store it: sealed, if its encryption is given.
 *
 * @throws {OperatorError} `usage`, when it can't be sealed: it is not stored as it is instead
 */
export const sealedAnswer = async (
  encoded: EncodedOutcome,
  { encryption: file }: SealOptions,
  { store }: Pick<Session, 'store'>,
  recordId: string,
): Promise<EncodedOutcome> => {
  if (file === undefined) return encoded;
  const encryption = await loadEncryption(file);
  try {
    checkSealable(store, encryption);
    return await sealResult(encoded, encryption, recordId);
  } catch (cause) {
    throw new OperatorError('usage', `${file} could not seal the answer: ${(cause as Error).message}`, cause);
  }
};

/** @throws {OperatorError} `refused`, when an answer of a function that seals would be stored as it is */
export const checkSealed = ({ record: { result } }: Seen, { encryption, unsealed }: SealOptions): void => {
  if (encryption !== undefined || unsealed) return;
  const seals = result?.encoding === 'unavailable' ? result.reason === 'not sealed' : result?.sealed;
  if (seals) {
    throw new OperatorError(
      'refused',
      'Its function seals its answers. Pass --encryption FILE, a module that exports the function’s `encryption`; or --unsealed to store this one as it is, readable by whoever reads the table.',
    );
  }
};
