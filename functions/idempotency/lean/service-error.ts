import type { Answer } from './attempt/exchange.ts';
import { fromWire } from './wire.ts';

/** An error as the AWS SDK has it. */
export interface ServiceError extends Error {
  code?: string;
  $fault?: 'client' | 'server';
  $retryable?: { throttling: boolean };
  $metadata?: { httpStatusCode?: number; requestId?: string | undefined; attempts?: number; totalRetryDelay?: number };
}

const throttlingNames: ReadonlySet<string> = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** The answer's fields. @throws {ServiceError} when DynamoDB refused the request, or the answer can't be read */
export const readAnswer = (answer: Answer, secrets: readonly (string | undefined)[]): Record<string, unknown> => {
  const { status, headers, body } = answer;
  const fields = fromWire(body);
  const requestId = headers['x-amzn-requestid'] as string | undefined;
  if (fields && status >= 200 && status < 300) {
    fields['$metadata'] = { httpStatusCode: status, requestId };
    return fields;
  }
  const $fault = status >= 400 && status < 500 ? 'client' : 'server';
  throw fields
    ? Object.assign(refusal(answer, fields, secrets), { $fault, $metadata: { httpStatusCode: status, requestId } })
    : Object.assign(unreadable(answer, secrets), {
        $fault,
        // A 200 that was cut off may have been applied, as an answer that was lost; a status would say that it was refused.
        ...(status < 300 && { $retryable: { throttling: false } }),
        $metadata: { ...(status >= 300 && { httpStatusCode: status }), requestId },
      });
};

const refusal = (
  { status, headers }: Answer,
  { __type, code, message, Message, Item, CancellationReasons, ThrottlingReasons }: Record<string, unknown>,
  secrets: readonly (string | undefined)[],
): ServiceError => {
  const name = String(__type ?? headers['x-amzn-errortype'] ?? code ?? 'Unknown')
    .replace(/:.*/s, '')
    .replace(/.*#/s, '');
  const error: ServiceError = new Error(redact(String(message || Message || 'UnknownError'), secrets));
  const isThrottled = throttlingNames.has(name) || status === 429;
  const isOver = name !== 'TransactionInProgressException' && !isExpiredSignature(name, error.message);
  // No other field: a proxy on the way may answer with all that it was sent.
  return Object.assign(error, {
    name: redact(name, secrets),
    ...(Item !== undefined && { Item }),
    ...(CancellationReasons !== undefined && { CancellationReasons }),
    ...(ThrottlingReasons !== undefined && { ThrottlingReasons }),
    ...((isThrottled || !isOver) && { $retryable: { throttling: isThrottled } }),
  });
};

/** Lambda froze the process between signing and sending. */
const isExpiredSignature = (name: string, message: string): boolean =>
  name === 'InvalidSignatureException' && message.includes('Signature expired');

const unreadable = ({ status, body }: Answer, secrets: readonly (string | undefined)[]): ServiceError => {
  // Whatever is long and without spaces may be a token or a signature, escaped in a way that `redact` doesn't know.
  const beginning = redact(body.slice(0, 2000), secrets)
    .replace(/\S{20,}/g, '…')
    .slice(0, 80);
  const error = new Error(
    `The answer, status ${status}, is not JSON: ${beginning ? `'${beginning}'` : 'it is empty'}.`,
  );
  return Object.assign(error, { name: 'UnreadableAnswer' });
};

/** AWS quotes the headers that were signed, the session token among them, when a signature is wrong. */
const redact = (text: string, secrets: readonly (string | undefined)[]): string =>
  secrets.reduce<string>(
    (clean, secret) => (secret && secret.length >= 8 ? clean.replaceAll(secret, '***') : clean),
    text,
  );
