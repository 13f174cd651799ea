import type { Answer } from './attempt/exchange.ts';
import { fromWire } from './wire.ts';

/** An error as the AWS SDK has it. */
export interface ServiceError extends Error {
  code?: string;
  $fault?: 'client' | 'server';
  $retryable?: { throttling: boolean };
  $metadata?: { httpStatusCode?: number; requestId?: string | undefined; attempts?: number; totalRetryDelay?: number };
}

const transient = /^(TransactionInProgress|ReplicatedWriteConflict)Exception$/;

/** The SDK's list, without what another service says. `ItemCollectionSizeLimitExceededException` is not on it. */
const throttling = /Throttl|^TooManyRequests|^SlowDown|^(Request|Provisioned)?(Limit|Throughput)Exceeded/;

type Secrets = readonly (string | undefined)[];

/** The answer's fields. @throws {ServiceError} when DynamoDB refused the request, or the answer can't be read */
export const readAnswer = (answer: Answer, secrets: Secrets): Record<string, unknown> => {
  const { status, headers, body } = answer;
  const fields = status < 300 && !body ? {} : fromWire(body);
  const requestId = headers['x-amzn-requestid'] as string | undefined;
  const $metadata = { httpStatusCode: status, requestId };
  if (fields && status < 300) {
    fields['$metadata'] = $metadata;
    return fields;
  }
  const error: ServiceError = fields ? refusal(answer, fields, secrets) : unreadable(answer, secrets);
  error.$fault = status >= 400 && status < 500 ? 'client' : 'server';
  error.$metadata = $metadata;
  if (status === 429) error.$retryable = { throttling: true };
  if (status < 300) {
    // Cut off, it may have been applied, as when an answer is lost; a status would say that DynamoDB refused it.
    error.$metadata = { requestId };
    error.$retryable = { throttling: false };
  }
  throw error;
};

const refusal = (
  { headers }: Answer,
  { __type, code, message, Message, Item, CancellationReasons, ThrottlingReasons }: Record<string, unknown>,
  secrets: Secrets,
): ServiceError => {
  const name = String(__type ?? headers['x-amzn-errortype'] ?? code ?? 'Unknown')
    .replace(/:.*/s, '')
    .replace(/.*#/s, '');
  const error: ServiceError = new Error(redact(String(message || Message || 'UnknownError'), secrets));
  const isThrottled = throttling.test(name);
  const isTransient = transient.test(name) || isExpiredSignature(name, error.message);
  // No other field: a proxy on the way may answer with all that it was sent.
  for (const [key, field] of Object.entries({ Item, CancellationReasons, ThrottlingReasons })) {
    if (field) Object.assign(error, { [key]: field });
  }
  if (isThrottled || isTransient) error.$retryable = { throttling: isThrottled };
  error.name = redact(name, secrets);
  return error;
};

/** Lambda froze the process between signing and sending. */
const isExpiredSignature = (name: string, message: string): boolean =>
  name === 'InvalidSignatureException' && message.includes('Signature expired');

const unreadable = ({ status, body }: Answer, secrets: Secrets): ServiceError => {
  // Whatever is long and without spaces may be a token or a signature, escaped in a way that `redact` doesn't know.
  const beginning = redact(body, secrets)
    .replace(/\S{20,}/g, '…')
    .slice(0, 80);
  const error = new Error(
    `The answer, status ${status}, is not JSON: ${beginning ? `'${beginning}'` : 'it is empty'}.`,
  );
  return Object.assign(error, { name: 'UnreadableAnswer' });
};

/** AWS quotes the headers that were signed, the session token among them, when a signature is wrong. */
const redact = (text: string, secrets: Secrets): string =>
  secrets.reduce<string>(
    (clean, secret) => (secret && secret.length >= 8 ? clean.replaceAll(secret, '***') : clean),
    text,
  );
