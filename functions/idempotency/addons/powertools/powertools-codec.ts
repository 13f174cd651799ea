import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { toText } from '../../dynamodb/attributes.ts';
import type { RecordCodec } from '../../dynamodb/record-format.ts';
import { fromResultAttributes, thrownAttribute, toResultAttributes } from '../../dynamodb/result-attributes.ts';
import { isCodec } from '../../record/compression.ts';
import {
  type DecodableResult,
  decodeOutcome,
  type EncodedResult,
  type UnavailableReason,
} from '../../record/result.ts';

/** DynamoDB takes maps and lists nested 32 deep; the record is one level, the attribute another. */
const maxDepth = 28;

/** As attributes a value may take about twice its JSON; an item takes 400 KB. */
const maxNativeLength = 180_000;

/** In place of an encoding: of values as Powertools writes them, when they are not all that the first caller got. */
const redacted = toText('redacted');

/** What the encoding of a result begins with that could not be kept; the reason follows. */
const unavailable = 'unavailable ';

/**
 * Writes a result as Powertools does, as DynamoDB's own values, so that it can replay it. What DynamoDB can't hold, or would
 * not give back as it was, is written in this library's encoding: then only this library can replay it.
 */
export const powertoolsCodec: RecordCodec = {
  inProgress: 'INPROGRESS',
  encode: (encoded) => {
    const native = toNative(encoded);
    if (native) {
      return { result: native, ...(encoded.redacted && { encoding: redacted }), ...thrownAttribute(encoded) };
    }
    // Powertools answers with what it finds: nothing, rather than the reason.
    if (encoded.encoding === 'unavailable')
      return { result: { NULL: true }, encoding: toText(unavailable + encoded.reason), ...thrownAttribute(encoded) };
    const attributes = toResultAttributes(encoded);
    return { ...attributes, encoding: attributes.encoding ?? toText('json') };
  },
  decode: ({ encoding, result }) => {
    if (encoding === undefined) return fromNative(result);
    if (encoding === redacted.S) return { ...fromNative(result), redacted: true };
    if (encoding.startsWith(unavailable))
      return { encoding: 'unavailable', reason: encoding.slice(unavailable.length) as UnavailableReason };
    return fromResultAttributes({ encoding, result });
  },
};

const toNative = (encoded: EncodedResult): AttributeValue | undefined => {
  if (encoded.encoding !== 'json' && !isCodec(encoded.encoding)) return undefined;
  try {
    const { thrown: _, ...result } = encoded;
    const outcome = decodeOutcome(result as DecodableResult);
    const value = outcome.thrown ? undefined : outcome.value;
    const fits = JSON.stringify(value).length <= maxNativeLength && isStorable(value, maxDepth);
    return fits ? marshall({ value })['value'] : undefined;
  } catch {
    return undefined;
  }
};

/** A record without `data` is one whose handler returned undefined. */
const fromNative = (result: AttributeValue | undefined): EncodedResult => {
  if (result === undefined) return { encoding: 'undefined' };
  try {
    return { encoding: 'json', data: JSON.stringify(unmarshall({ result })['result']) };
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
