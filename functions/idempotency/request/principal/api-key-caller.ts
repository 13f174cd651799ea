import { hash } from 'node:crypto';
import type { Fields } from '../../base/fields.ts';
import { identityText } from './identity-fields.ts';

/** Whose API key it is: the key's id, or a hash, since the key itself is a secret that a record must not hold. */
export const apiKeyCaller = (identity: unknown): Fields => {
  const [id, apiKey] = [identityText(identity, 'apiKeyId'), identityText(identity, 'apiKey')];
  if (id) return { apiKey: id };
  return apiKey ? { apiKey: { sha256: hash('sha256', apiKey, 'base64url') } } : {};
};
