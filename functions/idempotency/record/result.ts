import { isJson, isSpent, jsonBudget } from '../base/is-json.ts';
import { parseWritten } from '../base/parse-json.ts';
import { type Codec, type Compressed, compress, inflate, isCodec, maxInflatedBytes } from './compression.ts';
import { type Encryption, sealFor } from './encryption.ts';
import { fromThrownForm, toThrownForm } from './thrown-form.ts';

/** How a run of an operation ended. */
export type Outcome = { thrown: false; value: unknown; redacted?: true } | { thrown: true; error: unknown };

/** A run that ended well, with a result that must not be kept: it would come back as something else. */
export interface UnkeptOutcome {
  unkept: UnavailableReason;
}

/**
 * Why a result can't be kept; `incomplete`: a middleware that should have shaped the answer failed; `not redacted`, `not sealed`: `toStore`,
 * or `encryption.seal`, failed.
 */
export type UnavailableReason = 'too large' | 'not JSON' | 'a stream' | 'incomplete' | 'not redacted' | 'not sealed';

/** What is known of a result besides its encoding. */
export interface ResultMarks {
  /** It is an error. */
  thrown?: true;
  /** `toStore` has changed it: the first caller got another one. */
  redacted?: true;
  /** The bytes, in the record or its overflow, are what `encryption.seal` made of the compressed JSON. */
  sealed?: true;
}

/** An outcome as the store keeps it. `unavailable` remembers that there was one which can't be kept. */
export type EncodedResult = (
  | { encoding: 'undefined' }
  | { encoding: 'json'; data: string }
  | { encoding: Codec; data: Uint8Array }
  /** The compressed JSON is an object of this name, whose ending is that of its codec, in the store's overflow. */
  | { encoding: 'overflow'; data: string }
  | { encoding: 'unavailable'; reason: UnavailableReason }
) &
  ResultMarks;

/** An outcome that does not fit a record, as compressed JSON. */
export interface OversizedResult extends ResultMarks {
  encoding: 'oversized';
  codec: Codec;
  data: Uint8Array;
}

/** An outcome before it is decided where it is kept. */
export type EncodedOutcome = Exclude<EncodedResult, { encoding: 'overflow' }> | OversizedResult;

/** DynamoDB bills writes, and refused conditional writes, by the started kilobyte of the item. */
const writeUnitBytes = 1024;

/** DynamoDB's limit for an item is 400 KB; the record's other attributes take less than the rest. */
const maxResultBytes = 400 * 1024 - 1000;

/** What a handler returned, as JSON, if that gives it back as it was. Never throws, because the operation has already run. */
export const jsonOf = (result: unknown): string | undefined | UnkeptOutcome => {
  const left = jsonBudget();
  if (isJson(result, left)) return JSON.stringify(result);
  return { unkept: isSpent(left) ? 'too large' : isStreamed(result) ? 'a stream' : 'not JSON' };
};

const isStreamed = (result: unknown): boolean => {
  try {
    return isStream(result) || isStream(Object(result).body);
  } catch {
    return false;
  }
};

/** What a record takes more for a result that is compressed, redacted, or an error: the name and the value of an attribute. */
const markBytes = {
  compressed: 'encodingbrotli'.length,
  redacted: 'encodingjson+redacted'.length,
  thrown: 'thrown'.length + 1,
};

/** Compresses when that saves a write unit, beside the bytes that the record takes for the rest. */
const encodeValue = async (result: unknown, bytesBesides: number): Promise<EncodedOutcome> => {
  const json = jsonOf(result);
  if (json === undefined) return { encoding: 'undefined' };
  if (typeof json !== 'string') return unkept(json);

  const unitsOf = (bytes: number): number => Math.ceil((bytesBesides + bytes) / writeUnitBytes);
  const bytes = Buffer.byteLength(json);
  if (bytes > maxInflatedBytes) return unavailable('too large', {});
  if (unitsOf(bytes) > 1) {
    const compressed = await compress(json);
    if (unitsOf(compressed.data.length + markBytes.compressed) < unitsOf(bytes)) return fitting(compressed);
  }
  const plain: EncodedResult = { encoding: 'json', data: json };
  return bytes > maxResultBytes ? oversized(plain) : plain;
};

/** For a record, if it is not too large for one. */
const fitting = <Result extends Compressed>({ encoding, ...result }: Result): EncodedOutcome =>
  result.data.length > maxResultBytes ? { ...result, encoding: 'oversized', codec: encoding } : { ...result, encoding };

/** Whether a value can be read only once: Node's and the web's streams, async generators. */
const isStream = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** The same result, after its item turned out too large for the store. */
export const oversized = async (result: EncodedResult): Promise<EncodedOutcome> => {
  if (result.encoding !== 'json' && !isCodec(result.encoding)) return unavailable('too large', result);
  const { encoding: codec, data } = await compressed(
    result as Extract<EncodedResult, { encoding: 'json' }> | Compressed,
  );
  return { ...result, encoding: 'oversized', codec, data };
};

const compressed = async (result: { encoding: 'json'; data: string } | Compressed): Promise<Compressed> =>
  result.encoding === 'json' ? compress(result.data) : result;

/** What is kept of a result that isn't. */
export const unavailable = (
  reason: UnavailableReason,
  { thrown }: ResultMarks,
): Extract<EncodedResult, { encoding: 'unavailable' }> => ({
  encoding: 'unavailable',
  reason,
  ...(thrown && { thrown }),
});

const unkept = (outcome: UnkeptOutcome) => unavailable(outcome.unkept, {});

/**
 * Encodes how a run ended. An error keeps its name, its message and what else it carries as its own properties.
 *
 * @param bytesBesides - What the record takes besides its result.
 */
export const encodeOutcome = async (outcome: Outcome | UnkeptOutcome, bytesBesides = 0): Promise<EncodedOutcome> => {
  if ('unkept' in outcome) return unkept(outcome);
  if (outcome.thrown) {
    return { ...(await encodeValue(toThrownForm(outcome.error), bytesBesides + markBytes.thrown)), thrown: true };
  }
  if (!outcome.redacted) return encodeValue(outcome.value, bytesBesides);
  return { ...(await encodeValue(outcome.value, bytesBesides + markBytes.redacted)), redacted: true };
};

/**
 * The same result, encrypted.
 *
 * @throws what `seal` throws
 * @throws {TypeError} when it returns no bytes
 */
export const sealResult = async (
  result: EncodedOutcome,
  encryption: Encryption,
  recordId: string,
): Promise<EncodedOutcome> => {
  if (!('data' in result)) return result;
  const { codec, ...marked } =
    result.encoding === 'oversized' ? { ...result, encoding: result.codec } : { ...result, codec: undefined };
  const { encoding, data: plain } = await compressed(marked);
  const data = await sealFor(recordId, plain, encryption);
  return fitting({ ...marked, encoding, data, sealed: true });
};

export type DecodableResult = Exclude<EncodedResult, { encoding: 'overflow' | 'unavailable' }>;

/**
 * Decodes afresh on every call, so that a caller's edit of one replay never reaches the next.
 *
 * @throws {Error} when somebody else has written what is no result
 */
export const decodeOutcome = (encoded: DecodableResult): Outcome => {
  const value = decodeValue(encoded);
  if (encoded.thrown) return { thrown: true, error: fromThrownForm(value) };
  return { thrown: false, value, ...(encoded.redacted && { redacted: true }) };
};

const decodeValue = (encoded: DecodableResult): unknown => {
  switch (encoded.encoding) {
    case 'undefined':
      return undefined;
    case 'json':
      return parseWritten(encoded.data);
    default:
      return parseWritten(inflate(encoded));
  }
};
