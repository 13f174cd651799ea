import { admissionMs, withTimeLimit } from '../base/deadline.ts';
import type { Subject } from '../base/refusals.ts';
import {
  inProgress,
  outcomeUnknown,
  payloadMismatch,
  repetitive,
  resultUnavailable,
  storeUnavailable,
} from '../base/refusals.ts';
import { type Compressed, canInflate, isCodec } from '../record/compression.ts';
import { openFor } from '../record/encryption.ts';
import { type IdempotencyRecord, isOfSamePayload } from '../record/record.ts';
import { type DecodableResult, decodeOutcome, type EncodedResult, type Outcome } from '../record/result.ts';
import type { Operation } from '../request/operation.ts';
import { codecOf, mayPass, type ResultReader, readOverflow } from './overflow.ts';

/** Of a record that does not tell since when it is claimed: one of Powertools'. */
const unknownRunningMs = 5000;

/** As long as the operation has been running, so that the waits of one who asks again and again double; not beyond its lease. */
const retryAfterSeconds = ({ claimedAtMs }: IdempotencyRecord, leaseLeftMs: number, nowMs: number): number => {
  const runningMs = claimedAtMs === undefined ? unknownRunningMs : nowMs - claimedAtMs;
  return Math.min(30, Math.max(1, Math.ceil(Math.min(runningMs, leaseLeftMs) / 1000)));
};

/** The object that a record names. It may be gone, and the overflow be down; the operation has been done all the same. */
const overflowed = async (
  { data: name, ...result }: Extract<EncodedResult, { encoding: 'overflow' }>,
  { deadlineMs }: Operation,
  { overflow, now }: ResultReader,
): Promise<DecodableResult> => {
  if (!overflow)
    throw resultUnavailable('it is in an overflow, and the store has no option `overflow` to read it from');
  const data = await readOverflow(overflow, name, deadlineMs - now()).catch((error: unknown) => {
    throw mayPass(error) ? storeUnavailable(error) : resultUnavailable('it cannot be read', error);
  });
  if (!data) throw resultUnavailable('the object that held it is gone');
  const encoding = codecOf(name, data);
  if (!encoding) throw resultUnavailable('the object that held it has been changed');
  return { ...result, encoding, data };
};

/** What `encryption.seal` made of the compressed JSON, opened again. */
const opened = async (
  result: DecodableResult,
  { id, deadlineMs }: Operation,
  { encryption, now }: ResultReader,
): Promise<DecodableResult> => {
  if (!result.sealed || !isCompressed(result)) return result;
  if (!encryption) throw resultUnavailable('it is sealed: pass the option `encryption` that sealed it');
  const open = () => openFor(id, result.data, encryption);
  const data = await withTimeLimit(admissionMs(deadlineMs - now()), open).catch((error: unknown) => {
    throw mayPass(error) ? storeUnavailable(error) : resultUnavailable('it cannot be opened', error);
  });
  if (!data) throw resultUnavailable('it was sealed for another record');
  return { ...result, data };
};

const isCompressed = (result: DecodableResult): result is DecodableResult & Compressed => isCodec(result.encoding);

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
  reader: ResultReader,
): Promise<Outcome> => {
  // The record of a used token stays until the database deletes it, so that the token can't be used again.
  const isKept = record.status === 'ISSUED' || (record.status === 'COMPLETED' && subject === 'Token');
  if (isKept && record.expiresAtSeconds * 1000 <= nowMs) throw repetitive();
  if (!isOfSamePayload(record, operation)) throw payloadMismatch(subject);
  // Nobody runs it, but this very try has been given up.
  if (record.status === 'RELEASED' || record.status === 'ISSUED') throw inProgress(subject);
  if (record.status === 'IN_PROGRESS') {
    const leaseLeftMs = (record.leaseExpiresAtMs ?? 0) - nowMs;
    throw leaseLeftMs > 0 ? inProgress(subject, retryAfterSeconds(record, leaseLeftMs, nowMs)) : outcomeUnknown();
  }
  const { result } = record;
  if (!result) throw resultUnavailable('the record holds no result');
  if (result.encoding === 'unavailable') throw resultUnavailable(`it is ${result.reason}`);
  const stored = result.encoding === 'overflow' ? await overflowed(result, operation, reader) : result;
  const readable = await opened(stored, operation, reader);
  if (isCompressed(readable) && !canInflate(readable.encoding))
    throw resultUnavailable(`it is compressed by ${readable.encoding}, which Node.js ${process.version} does not have`);
  try {
    return decodeOutcome(readable);
  } catch (error) {
    throw resultUnavailable('the stored data is not a valid result', error);
  }
};

/** What the event of a replay tells of it. */
export const redactedOf = (outcome: Outcome): { redacted?: true } =>
  !outcome.thrown && outcome.redacted ? { redacted: true } : {};
