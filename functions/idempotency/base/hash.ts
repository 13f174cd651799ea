import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * SHA-256 (base64url) of the canonical JSON of a value, so that property order never matters and `1` differs from `"1"`.
 *
 * @throws {Error} when the value has no canonical JSON: NaN, Infinity, a lone surrogate, a cycle
 * @see RFC 8785, JSON Canonicalization Scheme
 */
export const hashOf = (value: unknown): string => digest(canonicalize(value) ?? 'undefined');

export const digest = (data: string | Uint8Array): string => hash('sha256', data, 'base64url');
