import type { IncomingMessage } from 'node:http';

const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/**
 * Why a request is refused, if it is. A page of another origin must neither change nor read anything here, and a name that leads to
 * loopback (DNS rebinding) makes its page none of ours.
 */
export function refusalOf({ method, headers }: IncomingMessage): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (!loopbackHost.test(host)) return `the console answers at 127.0.0.1 and localhost, not at "${host}"`;
  if (origin !== undefined && origin !== `http://${host}`) return `the console takes nothing from ${origin}`;
  const opensPage = method === 'GET' && mode === 'navigate';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opensPage) {
    return 'the console takes nothing from pages of other sites';
  }
  if (method === 'POST' && !headers['content-type']?.startsWith('application/json')) {
    return 'the console takes JSON: set content-type to application/json';
  }
  return undefined;
}
