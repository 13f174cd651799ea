import { attempt } from './attempt.ts';
import { createCaller } from './caller.ts';
import { ClientError } from './client-error.ts';
import type { ClientOptions } from './options.ts';
import { pause, pauseMs } from './pause.ts';
import { judge } from './verdict.ts';

export interface TokenFetchOptions extends ClientOptions {
  /** The URL that issues tokens, by GET, with the headers and credentials of the call. */
  tokenUrl: string | URL;
  /** The URL that takes the token. */
  payUrl: string | URL;
  /** Reads the token from an answer. @default the field `token` of a JSON body */
  readToken?: (response: Response) => Promise<string>;
}

export interface TokenCaller {
  (init: RequestInit & { intention: string }): Promise<Response>;
  /** Forgets an intention, so that its name may be used again. Call it once the answer has been put to use. */
  forget(intention: string): Promise<void>;
}

/**
 * Makes the two calls of one-time tokens: gets a token, stores it, and pays with it in the header `token`. When the second call's answer is
 * lost, the same token is sent again. A server that retains results (`singleUseToken({ retainResult: true })`) then gives the first answer.
 * A server that doesn't can only say that the token is used up: the call ends with `IN_DOUBT`, and you must find out whether it was done.
 *
 * @throws as `idempotentFetch`
 *
 * @example
 * ```ts
 * const pay = tokenFetch({ tokenUrl, payUrl, keys: indexedDBKeys() });
 * await pay({ intention: `pay order ${orderId}`, method: 'POST', body: JSON.stringify(payment) });
 * ```
 */
export const tokenFetch = ({
  tokenUrl,
  payUrl,
  readToken = async (response) => ((await response.json()) as { token: string }).token,
  ...options
}: TokenFetchOptions): TokenCaller => {
  if (!tokenUrl || !payUrl) throw new TypeError('tokenFetch: set the options `tokenUrl` and `payUrl`.');
  const caller = createCaller('tokenFetch', options, {
    setKey: (headers, token) => headers.set('token', token),
    async makeKey({ headers, credentials, signal }, resolved) {
      const endMs = Date.now() + resolved.giveUpAfterMs;
      for (let tries = 1; ; tries += 1) {
        const toRequest = (trySignal: AbortSignal) =>
          new Request(tokenUrl, { headers, credentials, signal: trySignal });
        const last = await attempt(toRequest, signal, resolved);
        const { response } = last;
        if (response?.ok) return readToken(response);
        // A token that nobody uses is no harm, so that this may be tried again however it fails.
        const [keep] = response ? judge(last, true) : ['same'];
        const ms = pauseMs(response, tries);
        const code = keep === 'same' ? 'GAVE_UP' : 'REFUSED';
        if (code === 'REFUSED' || Date.now() + ms >= endMs) {
          throw new ClientError(code, { ...last, outcome: 'not done', key: '' });
        }
        await pause(ms, signal);
      }
    },
  });
  return Object.assign((init: RequestInit & { intention: string }) => caller(payUrl, init), { forget: caller.forget });
};
