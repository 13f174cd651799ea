import { type Caller, createCaller } from './caller.ts';
import type { ClientOptions } from './options.ts';

/**
 * Makes a `fetch` that has its effect once: it sends a request under one `Idempotency-Key` until the final answer arrives, and continues
 * with the same key when it is called again for the same intention, after a reload, a crash, or from another tab. The key is stored before
 * the first try. It needs a secure context (https, localhost).
 *
 * It retries, with pauses, after network errors, answers that are incomplete or late, 500 and above, 425, 429, and 409 with `Retry-After`;
 * but never after problem details with `retryable: false`. Any other answer is final, and returned as `fetch` returns it.
 *
 * @throws {TypeError} at once, when an option is unknown or wrong; per call, unless exactly one of `intention` and `key` is given, as a string
 * @throws {ClientError} per call, when there is no answer: `IN_DOUBT`, `DONE`, `KEY_REUSED`, `REFUSED`, `GAVE_UP`
 * @throws the reason of the call's `signal`, when that is aborted; a later call continues with the same key
 * @see draft-ietf-httpapi-idempotency-key-header-07
 *
 * @example
 * ```ts
 * const pay = idempotentFetch({ keys: indexedDBKeys() });
 * const intention = `pay order ${orderId}`;
 * const response = await pay('https://api.example.com/payments', { intention, method: 'POST', body: JSON.stringify(payment) });
 * ```
 */
export const idempotentFetch = (options: ClientOptions = {}): Caller =>
  createCaller('idempotentFetch', options, {
    // The draft's quoted string, which is JSON's for what a header can carry.
    setKey: (headers, key) => headers.set('idempotency-key', JSON.stringify(key)),
    makeKey: async () => crypto.randomUUID(),
  });
