import { type IdempotencyErrorCode, statusCodes } from '../../base/error.ts';
import { headerRef, problemRef } from './components.ts';
import type { OpenApiRefusal } from './open-api.ts';

const meanings: Readonly<Record<IdempotencyErrorCode, string>> = {
  ILLEGAL_ARGUMENT: 'the key or token is missing or malformed',
  IN_PROGRESS: 'the same operation is still running',
  REPETITIVE_OPERATION: 'the token is unknown, used, expired or someone else’s',
  DUPLICATE: 'another item has the same unique value',
  CONDITION_FAILED: 'a condition of the operation does not hold',
  OUTCOME_UNKNOWN: 'an earlier request may have taken effect: its outcome is unknown',
  RESULT_UNAVAILABLE: 'the operation has been done, but its result is unavailable',
  PAYLOAD_MISMATCH: 'the key was used with another payload',
  STORE_UNAVAILABLE: 'nothing was done: the store can’t be reached',
};

const withRetryAfter: ReadonlySet<IdempotencyErrorCode> = new Set(['IN_PROGRESS', 'STORE_UNAVAILABLE']);

const response = (status: number, codes: readonly IdempotencyErrorCode[]): OpenApiRefusal => ({
  description: codes.map((code) => `\`${code}\`: ${meanings[code]}.`).join(' '),
  ...(codes.some((code) => withRetryAfter.has(code)) && {
    headers: { 'Retry-After': headerRef('IdempotencyRetryAfter') },
  }),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [problemRef],
        properties: { status: { const: status }, code: { enum: codes } },
      },
    },
  },
});

/** Refusals by status. */
export const refusalResponses = (codes: readonly IdempotencyErrorCode[]): Record<string, OpenApiRefusal> => {
  const statuses = [...new Set(codes.map((code) => statusCodes[code]))].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      response(
        status,
        codes.filter((code) => statusCodes[code] === status),
      ),
    ]),
  );
};
