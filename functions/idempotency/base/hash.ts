import { hash } from 'node:crypto';

/** SHA-256, base64url. Text must be well-formed: lone surrogates would all count as the same. */
export const digest = (data: string | Uint8Array): string => hash('sha256', data, 'base64url');
