import { IdempotencyError } from './error.ts';

// Every refusal by name, so that no two places say the same thing in other words. Titles and details are those of
// draft-ietf-httpapi-idempotency-key-header-07, section 2.7, where it gives them.

/** What the caller sent to name the operation, as messages call it. */
export type Subject = 'Idempotency-Key' | 'Token';

const usage = 'This operation is idempotent and it requires correct usage of Idempotency Key.';

const illegalArgument = (title: string, detail: string, cause?: unknown): IdempotencyError =>
  new IdempotencyError('ILLEGAL_ARGUMENT', detail, { title, ...(cause !== undefined && { cause }) });

export const keyHeaderMissing = (): IdempotencyError => illegalArgument('Idempotency-Key is missing', usage);

export const keyMissing = (place: string): IdempotencyError =>
  illegalArgument(
    'The key of the operation is missing',
    `This operation is named by ${place}: the request lacks it, or a part of it.`,
  );

/** An event in which nothing by itself names the operation. */
export const eventNamesNothing = (howToName: string): IdempotencyError => illegalArgument('Key is missing', howToName);

export const headerMalformed = (header: string, reason: string): IdempotencyError =>
  illegalArgument(`${header} is malformed`, `The header ${header} is malformed: ${reason}.`);

export const keyNotJson = (cause: unknown): IdempotencyError =>
  illegalArgument('Key is malformed', `The key can't be written as JSON: ${(cause as Error).message}.`, cause);

/** A key that is made by an expression from something that the request lacks, or has in another form. */
export const keyNotSelectable = (cause: unknown): IdempotencyError =>
  illegalArgument('Key is malformed', 'The request lacks what its key is made of, or has it in another form.', cause);

export const scopeMissing = (): IdempotencyError =>
  illegalArgument('Scope is missing', 'The scope of this operation is missing from the request.');

export const argumentsNameNothing = (detail: string): IdempotencyError =>
  illegalArgument('The arguments name no operation', detail);

export const tokenMissing = (): IdempotencyError =>
  illegalArgument('Token is missing', 'This operation requires a token, in the header or the query parameter `token`.');

export const tokenMalformed = (reason: string): IdempotencyError =>
  illegalArgument('Token is malformed', `The token is malformed: ${reason}.`);

export const repetitive = (): IdempotencyError =>
  new IdempotencyError('REPETITIVE_OPERATION', 'The token is unknown, expired or has been used.', {
    title: 'Token is not valid',
  });

export const storeUnavailable = (cause: unknown): IdempotencyError =>
  new IdempotencyError('STORE_UNAVAILABLE', `The idempotency store is unavailable. ${(cause as Error).message}`, {
    title: 'Service is temporarily unavailable',
    retryAfterSeconds: 1,
    cause,
  });

export const duplicate = (attributes: readonly string[]): IdempotencyError =>
  new IdempotencyError('DUPLICATE', `There is one with the same ${attributes.join(' and ')} already.`, {
    title: 'Already exists',
  });

export const conditionFailed = (): IdempotencyError =>
  new IdempotencyError('CONDITION_FAILED', 'A condition of this operation does not hold, so nothing was written.', {
    title: 'A condition does not hold',
  });

export const payloadMismatch = (subject: Subject): IdempotencyError =>
  new IdempotencyError(
    'PAYLOAD_MISMATCH',
    subject === 'Token'
      ? 'The token was used with another payload. Get a new one for another operation.'
      : `${usage} Idempotency Key MUST not be reused across different payloads of this operation.`,
    { title: `${subject} is already used` },
  );

export const inProgress = (subject: Subject, leaseLeftMs: number): IdempotencyError =>
  new IdempotencyError(
    'IN_PROGRESS',
    `A request with the same ${subject} for the same operation is being processed or is outstanding.`,
    { title: `A request is outstanding for this ${subject}`, retryAfterSeconds: retryAfterSeconds(leaseLeftMs) },
  );

/** Most operations end long before their lease does: ask again after a tenth of it, between 1 and 30 seconds. */
const retryAfterSeconds = (leaseLeftMs: number): number => Math.min(30, Math.max(1, Math.ceil(leaseLeftMs / 10_000)));

export const outcomeUnknown = (): IdempotencyError =>
  new IdempotencyError(
    'OUTCOME_UNKNOWN',
    'An earlier request for this operation ended without an answer. It may have taken effect, so it is not repeated.',
    { title: 'The outcome of this operation is unknown' },
  );

export const resultUnavailable = (reason: string, cause?: unknown): IdempotencyError =>
  new IdempotencyError(
    'RESULT_UNAVAILABLE',
    `This operation has been done and is not repeated, but its result was not kept: ${reason}.`,
    { title: 'The result of this operation is unavailable', ...(cause !== undefined && { cause }) },
  );
