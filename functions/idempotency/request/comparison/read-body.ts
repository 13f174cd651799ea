import { isUtf8 } from 'node:buffer';
import { parsedIdentity, sentIdentity } from './body-identity.ts';
import { type JsonBody, jsonBody } from './json-body.ts';

/** A body as the event has it, or as a middleware that read it has left it. */
export interface Body {
  body: unknown;
  isBase64Encoded: boolean;
  /** Several, if they were sent, each on a line. */
  contentType?: string | undefined;
}

/** What a body says. Nothing is read before it is asked for, and JSON is parsed once. */
export interface BodyReading {
  /** The body as text; `undefined` for bytes that are not UTF-8, for a body that was parsed already, and without a body. */
  text: string | undefined;
  /** What is in a body of JSON, whatever its content type; `undefined` if it is none. A body that was parsed already is one. */
  json(): JsonBody | undefined;
  /**
   * A text to compare bodies by: the same for two that say the same, never for two that a handler could tell apart. It begins
   * with a word for the kind of body.
   *
   * @throws {UnnameableValue} when the body was parsed already, and holds something that can't be compared
   */
  identity(): string;
}

export const readBody = ({ body, isBase64Encoded, contentType = '' }: Body): BodyReading => {
  const bytes = bytesOf(body, isBase64Encoded);
  const text = bytes ? (isUtf8(bytes) ? bytes.toString() : undefined) : typeof body === 'string' ? body : undefined;
  if (!bytes && text === undefined) {
    return {
      text,
      json: () => ({ value: body, inexact: () => new Set(), isCertain: true }),
      identity: () => parsedIdentity(body, contentType),
    };
  }
  let read: { json: JsonBody | undefined } | undefined;
  const json = () => {
    read ??= { json: text === undefined ? undefined : jsonBody(text) };
    return read.json;
  };
  const marked = isBase64Encoded && !bytes ? 'undecoded ' : '';
  const identity = () =>
    typeof body === 'string'
      ? marked + sentIdentity(bytes, text, contentType, json)
      : parsedIdentity(body, contentType);
  return { text, json, identity };
};

const bytesOf = (body: unknown, isBase64Encoded: boolean): Buffer | undefined => {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!isBase64Encoded || typeof body !== 'string') return undefined;
  const bytes = Buffer.from(body, 'base64');
  // Anything else is a text: read as base64, it would be the same as many other texts.
  return bytes.toString('base64') === body ? bytes : undefined;
};
