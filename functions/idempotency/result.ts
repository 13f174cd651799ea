import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A result as the store keeps it. `unavailable` remembers that there was a result which can't be kept. */
export type EncodedResult =
  | { encoding: 'undefined' }
  | { encoding: 'json'; data: string }
  | { encoding: 'deflate'; data: Uint8Array }
  | { encoding: 'unavailable'; reason: 'too large' | 'not JSON' };

/** DynamoDB bills writes, and refused conditional writes, by the started kilobyte of the item. */
const writeUnitBytes = 1024;

/** DynamoDB's limit for an item is 400 KB; the record's other attributes take less than the rest. */
const maxResultBytes = 400 * 1024 - 1000;

/**
 * Encodes what a handler returned as Lambda would send it: as JSON. Never throws, because the operation has already run.
 *
 * Compresses when that saves a write unit.
 */
export const encodeResult = (result: unknown): EncodedResult => {
  let json: string | undefined;
  try {
    json = JSON.stringify(result);
  } catch {
    return { encoding: 'unavailable', reason: 'not JSON' };
  }
  if (json === undefined) return { encoding: 'undefined' };

  const bytes = Buffer.byteLength(json);
  if (bytes > writeUnitBytes) {
    const data = deflateRawSync(json);
    if (Math.ceil(data.length / writeUnitBytes) < Math.ceil(bytes / writeUnitBytes)) {
      return data.length > maxResultBytes ? unavailable : { encoding: 'deflate', data };
    }
  }
  return bytes > maxResultBytes ? unavailable : { encoding: 'json', data: json };
};

/** The result for a record whose item turned out too large for the store. */
export const unavailable = { encoding: 'unavailable', reason: 'too large' } as const satisfies EncodedResult;

/** Decodes afresh on every call, so that a caller's edit of one replay never reaches the next. */
export const decodeResult = (encoded: Exclude<EncodedResult, { encoding: 'unavailable' }>): unknown => {
  switch (encoded.encoding) {
    case 'undefined':
      return undefined;
    case 'json':
      return JSON.parse(encoded.data);
    case 'deflate':
      return JSON.parse(inflateRawSync(encoded.data).toString('utf8'));
  }
};
