import { warn } from '../../base/warn.ts';
import { isPreflight, isSafe } from '../http/safe-request.ts';
import type { Incoming } from '../incoming.ts';
import { defaultKey } from './default-key.ts';
import { descriptionOf, type KeySource } from './key.ts';

/** Whether a key is the header that clients send with what they want done once, and with nothing else. */
export const isDefaultHeader = (key: KeySource): boolean =>
  key === defaultKey || /^the header idempotency-key$/i.test(descriptionOf(key));

/** Requests that ask for no operation, by a key: told before it is read, and after it was found missing. One set a middleware. */
export const createUnguarded = (key: KeySource) => {
  let warned = false;

  /** A preflight with the key of the request that it asks for would take that one's place. */
  const beforeKey = ({ http }: Incoming): boolean => http !== undefined && isPreflight(http);

  const withoutKey = ({ http }: Incoming): boolean => {
    if (!http || !isDefaultHeader(key) || !isSafe(http)) return false;
    if (http.method === 'GET' && !warned) {
      warned = true;
      warn(
        `GET ${http.path} has no Idempotency-Key and runs unguarded, like every GET without one. ` +
          'If a GET has effects here, pass the option `key`. This warning is given once.',
      );
    }
    return true;
  };

  return { beforeKey, withoutKey };
};
