import type { HttpRequest } from './request.ts';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Whether a request asks for nothing to be done.
 *
 * @see RFC 9110, section 9.2.1
 */
export const isSafe = ({ method }: HttpRequest): boolean => safeMethods.has(method);

/** Whether a browser asks if it may send a request: it asks without that one's headers and body, and must not take its place. */
export const isPreflight = ({ method, header }: HttpRequest): boolean =>
  method === 'OPTIONS' && header('access-control-request-method').length > 0;
