import { fromThrownForm, toThrownForm } from './thrown-form.ts';

/** More than any answer that Lambda sends (6 MB, 20 MB as a stream): what inflates beyond is not ours, and would take the memory. */
const maxInflatedBytes = 64 * 1024 * 1024;

/** Loaded when a result is large: that takes a millisecond or two, which most functions never need. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** How a run of an operation ended. */
export type Outcome = { thrown: false; value: unknown } | { thrown: true; error: unknown };

/** A run that ended well, with a result that must not be kept: it would come back as something else. */
export interface UnkeptOutcome {
  unkept: UnavailableReason;
}

/** Why a result can't be kept; `incomplete`: a middleware that should have shaped the answer failed. */
export type UnavailableReason = 'too large' | 'not JSON' | 'a stream' | 'incomplete';

/**
 * An outcome as the store keeps it. `unavailable` remembers that there was one which can't be kept; `thrown` that it is an
 * error.
 */
export type EncodedResult = (
  | { encoding: 'undefined' }
  | { encoding: 'json'; data: string }
  | { encoding: 'deflate'; data: Uint8Array }
  /** The deflated JSON is an object of this name in the store's overflow. */
  | { encoding: 'overflow'; data: string }
  | { encoding: 'unavailable'; reason: UnavailableReason }
) & { thrown?: true };

/** An outcome that does not fit a record, as deflated JSON. */
export interface OversizedResult {
  encoding: 'oversized';
  data: Uint8Array;
  thrown?: true;
}

/** DynamoDB bills writes, and refused conditional writes, by the started kilobyte of the item. */
const writeUnitBytes = 1024;

/** DynamoDB's limit for an item is 400 KB; the record's other attributes take less than the rest. */
const maxResultBytes = 400 * 1024 - 1000;

/**
 * Encodes what a handler returned as Lambda would send it: as JSON. Never throws, because the operation has already run.
 *
 * Compresses when that saves a write unit.
 */
const encodeValue = (result: unknown): EncodedResult | OversizedResult => {
  let json: string | undefined;
  try {
    if (isStream(result) || isStream((result as { body?: unknown } | null | undefined)?.body)) {
      return { encoding: 'unavailable', reason: 'a stream' };
    }
    json = JSON.stringify(result);
  } catch {
    return { encoding: 'unavailable', reason: 'not JSON' };
  }
  if (json === undefined) return { encoding: 'undefined' };

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
export const oversized = (result: EncodedResult): EncodedResult | OversizedResult => {
  if (result.encoding === 'json') return { ...result, encoding: 'oversized', data: zlib().deflateRawSync(result.data) };
  if (result.encoding === 'deflate') return { ...result, encoding: 'oversized' };
  return result.thrown ? { ...unavailable, thrown: true } : unavailable;
};

/** What is kept of a result for which there is no room. */
export const unavailable = { encoding: 'unavailable', reason: 'too large' } as const satisfies EncodedResult;

/** Encodes how a run ended. An error keeps its name, its message and what else it carries as its own properties. */
export const encodeOutcome = (outcome: Outcome | UnkeptOutcome): EncodedResult | OversizedResult => {
  if ('unkept' in outcome) return { encoding: 'unavailable', reason: outcome.unkept };
  return outcome.thrown ? { ...encodeValue(toThrownForm(outcome.error)), thrown: true } : encodeValue(outcome.value);
};

export type DecodableResult = Exclude<EncodedResult, { encoding: 'overflow' | 'unavailable' }>;

/**
 * Decodes afresh on every call, so that a caller's edit of one replay never reaches the next.
 *
 * @throws {Error} when somebody else has written what is no result
 */
export const decodeOutcome = (encoded: DecodableResult): Outcome => {
  const value = decodeValue(encoded);
  return encoded.thrown ? { thrown: true, error: fromThrownForm(value) } : { thrown: false, value };
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
