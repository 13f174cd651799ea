import { decodeOutcome, type EncodedResult } from '../result.ts';
import { decodeResult, resultAttributes } from '../store/dynamodb-item.ts';
import type { RecordCodec } from '../store/record-format.ts';

/** DynamoDB takes maps and lists nested 32 deep; the record is one level, the attribute another. */
const maxDepth = 28;

/** As attributes a value may take about twice its JSON; an item takes 400 KB. */
const maxNativeLength = 180_000;

/**
 * Writes a result as Powertools does, as DynamoDB's own values, so that it can replay it. What DynamoDB can't hold, or would
 * not give back as it was, is written in this library's encoding: then only this library can replay it.
 */
export const powertoolsCodec: RecordCodec = {
  inProgress: 'INPROGRESS',
  samePayload: '(#fingerprint = :fingerprint OR attribute_not_exists(#fingerprint))',
  // Powertools' middleware, when it refuses a duplicate, deletes the record of the request that is running.
  completesAbsent: true,
  encode: (encoded) => {
    const native = toNative(encoded);
    return native
      ? { encoding: 'native', result: native.value, thrown: encoded.thrown ?? false }
      : resultAttributes(encoded);
  },
  decode: ({ encoding, result }) =>
    encoding === undefined || encoding === 'native' ? fromNative(result) : decodeResult({ encoding, result }),
};

const toNative = (encoded: EncodedResult): { value: unknown } | undefined => {
  if (encoded.encoding !== 'json' && encoded.encoding !== 'deflate') return undefined;
  try {
    const { thrown: _, ...result } = encoded;
    const outcome = decodeOutcome(result);
    const value = outcome.thrown ? undefined : outcome.value;
    return JSON.stringify(value).length <= maxNativeLength && isStorable(value, maxDepth) ? { value } : undefined;
  } catch {
    return undefined;
  }
};

/** A record without `data` is one whose handler returned undefined. */
const fromNative = (value: unknown): EncodedResult => {
  if (value === undefined) return { encoding: 'undefined' };
  try {
    return { encoding: 'json', data: JSON.stringify(value) };
  } catch {
    return { encoding: 'unavailable', reason: 'not JSON' };
  }
};

const isStorable = (value: unknown, depth: number): boolean => {
  if (typeof value === 'number') {
    const magnitude = Math.abs(value);
    return magnitude === 0 || (magnitude >= 1e-130 && magnitude <= Number.MAX_SAFE_INTEGER);
  }
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  return Object.entries(value).every(
    ([name, field]) => name !== '' && name !== '__proto__' && name.isWellFormed() && isStorable(field, depth - 1),
  );
};
