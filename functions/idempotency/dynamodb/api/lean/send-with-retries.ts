import type { CallOptions } from '../dynamodb-api.ts';
import { abortable, abortableWait, abortError } from './abortable.ts';
import type { Send } from './attempt/send.ts';
import type { CredentialSource, Credentials } from './credentials/credentials.ts';
import type { ServiceError } from './service-error.ts';

const baseDelayMs = 25;
const throttlingBaseDelayMs = 500;
const maxDelayMs = 20_000;

export interface Sending {
  send: Send;
  credentials: CredentialSource;
  maxAttempts: number;
}

/** Sends a request until it is answered, refused for good, aborted, or has been sent often enough. */
export const sendWithRetries = async (
  { send, credentials: source, maxAttempts }: Sending,
  action: string,
  body: string,
  { abortSignal, onFailedTry }: CallOptions = {},
): Promise<Record<string, unknown>> => {
  let totalRetryDelay = 0;
  let hasNewCredentials = false;
  for (let attempts = 1; ; attempts += 1) {
    if (abortSignal?.aborted) throw abortError(abortSignal);
    const found = source.get();
    const credentials = found instanceof Promise ? await unlessAborted(found, abortSignal) : found;
    try {
      const output = await send(action, body, credentials, abortSignal);
      Object.assign(output['$metadata'] as object, { attempts, totalRetryDelay });
      return output;
    } catch (thrown) {
      const error = thrown as ServiceError;
      error.$metadata = { ...error.$metadata, attempts, totalRetryDelay };
      onFailedTry?.(error);
      if (attempts >= maxAttempts) throw error;
      if (!hasNewCredentials && hasEnded(error) && source.refused(credentials)) {
        hasNewCredentials = true;
        continue;
      }
      if (!isRetryable(error)) throw error;
      const delayMs = jitteredDelayMs(error, attempts - 1);
      await abortableWait(delayMs, abortSignal);
      totalRetryDelay += delayMs;
    }
  }
};

const unlessAborted = (found: Promise<Credentials>, signal: AbortSignal | undefined): Promise<Credentials> =>
  abortable(signal, (resolve, reject) => {
    found.then(resolve, reject);
    return () => undefined;
  });

/** Credentials that were good once. */
const hasEnded = ({ name }: ServiceError): boolean =>
  /^(ExpiredToken(Exception)?|UnrecognizedClientException)$/.test(name);

const isRetryable = ({ $retryable, $metadata, code = '' }: ServiceError): boolean =>
  $retryable !== undefined ||
  ($metadata?.httpStatusCode ?? 0) >= 500 ||
  /^(EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EPIPE|ETIMEDOUT)$/.test(code);

/** @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ full jitter */
const jitteredDelayMs = ({ $retryable }: ServiceError, retries: number): number => {
  const base = $retryable?.throttling ? throttlingBaseDelayMs : baseDelayMs;
  return Math.floor(Math.random() * Math.min(maxDelayMs, base * 2 ** retries));
};
