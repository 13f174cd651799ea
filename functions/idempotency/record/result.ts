import type { Encryption } from './encryption.ts';
import { fromThrownForm, toThrownForm } from './thrown-form.ts';

/** More than any answer that Lambda sends (6 MB, 20 MB as a stream): what inflates beyond is not ours, and would take the memory. */
const maxInflatedBytes = 64 * 1024 * 1024;

/** Loaded when a result is large: that takes a millisecond or two, which most functions never need. */
const zlib = () => process.getBuiltinModule('node:zlib');

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
  /** The bytes, in the record or its overflow, are what `encryption.seal` made of the deflated JSON. */
  sealed?: true;
}

/** An outcome as the store keeps it. `unavailable` remembers that there was one which can't be kept. */
export type EncodedResult = (
  | { encoding: 'undefined' }
  | { encoding: 'json'; data: string }
  | { encoding: 'deflate'; data: Uint8Array }
  /** The deflated JSON is an object of this name in the store's overflow. */
  | { encoding: 'overflow'; data: string }
  | { encoding: 'unavailable'; reason: UnavailableReason }
) &
  ResultMarks;

/** An outcome that does not fit a record, as deflated JSON. */
export interface OversizedResult extends ResultMarks {
  encoding: 'oversized';
  data: Uint8Array;
}

/** An outcome before it is decided where it is kept. */
export type EncodedOutcome = Exclude<EncodedResult, { encoding: 'overflow' }> | OversizedResult;

/** DynamoDB bills writes, and refused conditional writes, by the started kilobyte of the item. */
const writeUnitBytes = 1024;

/** DynamoDB's limit for an item is 400 KB; the record's other attributes take less than the rest. */
const maxResultBytes = 400 * 1024 - 1000;

/** What a handler returned as Lambda would send it: as JSON. Never throws, because the operation has already run. */
export const jsonOf = (result: unknown): string | undefined | UnkeptOutcome => {
  try {
    if (isStream(result) || isStream((result as { body?: unknown } | null | undefined)?.body)) {
      return { unkept: 'a stream' };
    }
    return JSON.stringify(result);
  } catch {
    return { unkept: 'not JSON' };
  }
};

/** Compresses when that saves a write unit. */
const encodeValue = (result: unknown): EncodedOutcome => {
  const json = jsonOf(result);
  if (json === undefined) return { encoding: 'undefined' };
  if (typeof json !== 'string') return unkept(json);

  const bytes = Buffer.byteLength(json);
  if (bytes > writeUnitBytes) {
    const data = zlib().deflateRawSync(json);
    if (Math.ceil(data.length / writeUnitBytes) < Math.ceil(bytes / writeUnitBytes)) {
      return { encoding: data.length > maxResultBytes ? 'oversized' : 'deflate', data };
    }
  }
  return bytes > maxResultBytes ? oversized({ encoding: 'json', data: json }) : { encoding: 'json', data: json };
};

/** Whether a value can be read only once: Node's and the web's streams, async generators. */
const isStream = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** The same result, after its item turned out too large for the store. */
export const oversized = (result: EncodedResult): EncodedOutcome => {
  if (result.encoding !== 'json' && result.encoding !== 'deflate') return unavailable('too large', result);
  return { ...result, encoding: 'oversized', data: deflated(result) };
};

const deflated = ({ data }: { data: string | Uint8Array }): Uint8Array =>
  typeof data === 'string' ? zlib().deflateRawSync(data) : data;

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

/** Encodes how a run ended. An error keeps its name, its message and what else it carries as its own properties. */
export const encodeOutcome = (outcome: Outcome | UnkeptOutcome): EncodedOutcome => {
  if ('unkept' in outcome) return unkept(outcome);
  if (outcome.thrown) return { ...encodeValue(toThrownForm(outcome.error)), thrown: true };
  const encoded = encodeValue(outcome.value);
  return outcome.redacted ? { ...encoded, redacted: true } : encoded;
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
  const data = await encryption.seal(deflated(result), { recordId });
  if (!ArrayBuffer.isView(data)) throw new TypeError(`It gave ${typeof data}: return a Uint8Array.`);
  return { ...result, encoding: data.byteLength > maxResultBytes ? 'oversized' : 'deflate', data, sealed: true };
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
      return JSON.parse(encoded.data);
    case 'deflate':
      return JSON.parse(zlib().inflateRawSync(encoded.data, { maxOutputLength: maxInflatedBytes }).toString('utf8'));
  }
};
