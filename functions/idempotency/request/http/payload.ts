import canonicalize from 'canonicalize';
import { digest } from '../../base/hash.ts';
import type { HttpRequest } from './request.ts';

/** The body as the handler will read it: JSON where it is JSON, else as it came. */
export const parsedBody = (request: HttpRequest): unknown => {
  const body = request.body();
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};

/** The payload by which two requests of one operation are compared. */
export const fingerprintOfRequest = (request: HttpRequest): string =>
  digest(JSON.stringify([request.method, request.path, sorted(request.query())]) + bodyIdentity(request.body()));

const sorted = (query: Readonly<Record<string, readonly string[]>>) =>
  Object.keys(query)
    .sort()
    .map((name) => [name, query[name]]);

/**
 * JSON bodies compare by value, so that the order of properties and white space don't matter. Where comparing by value could
 * confuse two different bodies, or has no canonical form, they compare as sent.
 */
const bodyIdentity = (body: unknown): string => {
  if (typeof body !== 'string') return `parsed ${canonicalize(body ?? null)}`;
  try {
    const value = JSON.parse(body);
    return hasInexactNumber(body) ? `text ${body}` : `json ${canonicalize(value)}`;
  } catch {
    return `text ${body}`;
  }
};

/**
 * Whether a number is written with more precision or range than a double has: another such number may parse to the same value.
 * Up to 15 significant digits always survive, so most bodies need no second look.
 */
const hasInexactNumber = (json: string): boolean => {
  if (!/\d[\d.]{15}|\d[eE][+-]?\d{3}/.test(json)) return false;
  let inexact = false;
  JSON.parse(json, (_key, value, { source }: { source?: string } = {}) => {
    if (typeof value === 'number' && source !== undefined && decimal(source) !== decimal(String(value))) inexact = true;
    return value;
  });
  return inexact;
};

/** A decimal number in one spelling: significant digits and exponent. */
const decimal = (number: string): string => {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  const digits = `${whole}${fraction}`.replace(/0+$/, '');
  const significant = digits.replace(/^0+/, '');
  return significant === '' ? '0' : `${sign}${significant}e${Number(exponent) + whole.length - digits.length}`;
};
