import { digest, hashOf } from '../hash.ts';
import type { HttpRequest } from '../http/request.ts';

const maxDepth = 200;

/** The body as the handler will read it: JSON where it is JSON, else as it came. */
export const parsedBody = (request: HttpRequest): unknown => {
  if (typeof request.body !== 'string') return request.body;
  try {
    return JSON.parse(request.body);
  } catch {
    return request.body;
  }
};

/** The payload by which two requests of one operation are compared. */
export const fingerprintOfRequest = (request: HttpRequest): string =>
  hashOf({ method: request.method, path: request.path, query: request.query, body: bodyIdentity(request.body) });

/**
 * JSON bodies compare by value, so that the order of properties and white space don't matter. Where comparing by value could
 * confuse two different bodies, or has no canonical form, they compare as sent.
 */
const bodyIdentity = (body: unknown): unknown => {
  if (typeof body !== 'string') return { parsed: body ?? null };
  try {
    const value = JSON.parse(body);
    return isDeep(body) || hasInexactNumber(body) ? { text: digest(body) } : { json: hashOf(value) };
  } catch {
    return { text: digest(body) };
  }
};

/** A bound for the recursion of canonicalization, by counting: strings may raise the count, which is harmless. */
const isDeep = (json: string): boolean => {
  let depth = 0;
  for (const [bracket] of json.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > maxDepth) return true;
  }
  return false;
};

/** Numbers beyond 15 significant digits, or beyond a double's range, may parse to the same value though they differ. */
const hasInexactNumber = (json: string): boolean => {
  if (!/\d[\d.]{15}|\d[eE][+-]?\d{3}/.test(json)) return false;
  let inexact = false;
  JSON.parse(json, (_key, value, { source }: { source?: string } = {}) => {
    if (typeof value === 'number' && source !== undefined) {
      const digits = source
        .replace(/[eE].*$/, '')
        .replace(/\D/g, '')
        .replace(/^0+/, '');
      if (digits.length > 15 || !Number.isFinite(value) || (value === 0 && digits !== '')) inexact = true;
    }
    return value;
  });
  return inexact;
};
