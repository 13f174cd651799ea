import { IdempotencyError } from '../base/error.ts';
import { type IdempotencyRecord, isOfSamePayload } from '../record/record.ts';
import { decodeOutcome, type Outcome } from '../record/result.ts';
import type { Operation } from '../request/operation.ts';
import { mayPass, type OverflowReader, readOverflow } from './overflow.ts';

/** What the caller sent to name the operation, as messages call it. */
export type Subject = 'Idempotency-Key' | 'Token';

const usage = 'This operation is idempotent and it requires correct usage of Idempotency Key.';

/** Titles and details are those of draft-ietf-httpapi-idempotency-key-header-07, section 2.7, where it gives them. */
export const keyHeaderMissing = (): IdempotencyError =>
  new IdempotencyError('ILLEGAL_ARGUMENT', usage, { title: 'Idempotency-Key is missing' });

export const keyMissing = (place: string): IdempotencyError =>
  new IdempotencyError(
    'ILLEGAL_ARGUMENT',
    `This operation is named by ${place}: the request lacks it, or a part of it.`,
    {
      title: 'The key of the operation is missing',
    },
  );

export const tokenMissing = (): IdempotencyError =>
  new IdempotencyError(
    'ILLEGAL_ARGUMENT',
    'This operation requires a token, in the header or the query parameter `token`.',
    { title: 'Token is missing' },
  );

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

const mismatch = (subject: Subject): IdempotencyError =>
  new IdempotencyError(
    'PAYLOAD_MISMATCH',
    subject === 'Token'
      ? 'The token was used with another payload. Get a new one for another operation.'
      : `${usage} Idempotency Key MUST not be reused across different payloads of this operation.`,
    { title: `${subject} is already used` },
  );

const inProgress = (subject: Subject, leaseLeftMs: number): IdempotencyError =>
  new IdempotencyError(
    'IN_PROGRESS',
    `A request with the same ${subject} for the same operation is being processed or is outstanding.`,
    { title: `A request is outstanding for this ${subject}`, retryAfterSeconds: retryAfterSeconds(leaseLeftMs) },
  );

/** Most operations end long before their lease does: ask again after a tenth of it, between 1 and 30 seconds. */
const retryAfterSeconds = (leaseLeftMs: number): number => Math.min(30, Math.max(1, Math.ceil(leaseLeftMs / 10_000)));

const outcomeUnknown = (): IdempotencyError =>
  new IdempotencyError(
    'OUTCOME_UNKNOWN',
    'An earlier request for this operation ended without an answer. It may have taken effect, so it is not repeated.',
    { title: 'The outcome of this operation is unknown' },
  );

const resultUnavailable = (reason: string, cause?: unknown): IdempotencyError =>
  new IdempotencyError(
    'RESULT_UNAVAILABLE',
    `This operation has been done and is not repeated, but its result was not kept: ${reason}.`,
    { title: 'The result of this operation is unavailable', ...(cause !== undefined && { cause }) },
  );

/** The object that a record names. It may be gone, and the overflow be down; the operation has been done all the same. */
const overflowed = async (
  name: string,
  { deadlineMs }: Operation,
  { overflow, now }: OverflowReader,
): Promise<Uint8Array> => {
  if (!overflow) throw resultUnavailable('the store has no overflow configured to read it from');
  const data = await readOverflow(overflow, name, deadlineMs - now()).catch((error: unknown) => {
    throw mayPass(error) ? storeUnavailable(error) : resultUnavailable('it can not be read', error);
  });
  if (!data) throw resultUnavailable('the object that held it is gone');
  return data;
};

/**
 * What a record means for a request that it refused: the outcome to replay, or the error to answer with.
 *
 * @throws {IdempotencyError}
 */
export const outcomeOf = async (
  record: IdempotencyRecord,
  operation: Operation,
  nowMs: number,
  subject: Subject,
  reader: OverflowReader,
): Promise<Outcome> => {
  if (record.status === 'CONSUMED' || record.status === 'ISSUED') throw repetitive();
  if (!isOfSamePayload(record, operation)) throw mismatch(subject);
  if (record.status === 'IN_PROGRESS') {
    const leaseLeftMs = (record.leaseExpiresAtMs ?? 0) - nowMs;
    throw leaseLeftMs > 0 ? inProgress(subject, leaseLeftMs) : outcomeUnknown();
  }
  const { result } = record;
  if (!result) throw resultUnavailable('the record holds none');
  if (result.encoding === 'unavailable') throw resultUnavailable(`it is ${result.reason}`);
  if (result.encoding !== 'overflow') return decodeOutcome(result);
  const data = await overflowed(result.data, operation, reader);
  try {
    return decodeOutcome({ ...result, encoding: 'deflate', data });
  } catch (error) {
    throw resultUnavailable('the object that held it has been changed', error);
  }
};
