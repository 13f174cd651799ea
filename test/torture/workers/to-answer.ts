import type { IdempotencyError } from '../../../functions/idempotency/entries/main.ts';
import type { Answer } from '../history/history.ts';

interface Response {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

type Plain = Omit<Answer, 'events'>;

/** What the caller makes of a response, or of the result of a function that is no HTTP handler. */
export const toAnswer = (value: unknown, events: readonly string[]): Plain => {
  if (typeof value === 'object' && value !== null && 'statusCode' in value) return fromResponse(value as Response);
  return {
    status: 200,
    body: JSON.stringify(value),
    ...(events.includes('replayed') && { replayed: true as const }),
  };
};

const fromResponse = ({ statusCode, headers = {}, body = '' }: Response): Plain => {
  const header = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (header('content-type') === 'application/problem+json') {
    const { code, retryable, detail } = JSON.parse(body);
    return { status: statusCode, code, retryable, detail };
  }
  return { status: statusCode, body, ...(header('idempotent-replayed') && { replayed: true as const }) };
};

/** An error is a refusal by the library, or for the caller a status of 500. */
export const toFailure = (error: unknown, isRefusal: (error: unknown) => error is IdempotencyError): Plain => {
  if (!isRefusal(error)) return { status: 500, detail: String(error) };
  const { statusCode, code, retryable, message } = error;
  return { status: statusCode, code, retryable, detail: message };
};
