import { digest } from '../../base/hash.ts';

/** Of the characters that RFC 2046 allows, those that all readers take for the boundary's own; and 70 of them. */
const boundary = String.raw`(?:"([\w+./:-]{1,70})"|([\w+.-]{1,70}))\s*`;
// Some readers take the first parameter in which the word occurs, and some know it in small letters alone.
const named = '(?![^;]*[Bb][Oo][Uu][Nn][Dd][Aa][Rr][Yy])';
const otherParameter = String.raw`(?:;\s*${named}[^\s;="]+=(?:[^\s;"]+|"[^;"\\]*")\s*)*`;
const multipartType = new RegExp(
  String.raw`^\s*multipart/${named}[^\s;]+\s*${otherParameter};\s*boundary=${boundary}${otherParameter};?\s*$`,
);

/** Far longer than any that a client writes: the time that the pattern takes grows with the square of its white space. */
const maxTypeLength = 1000;

/**
 * The parameter `boundary` of a multipart media type, bare or quoted; `undefined` where readers may disagree which one it is.
 *
 * @see RFC 2046, section 5.1.1
 */
export const boundaryOf = (contentType: string): string | undefined => {
  const match = contentType.length <= maxTypeLength ? multipartType.exec(contentType) : null;
  return match?.[1] ?? match?.[2];
};

/**
 * A text for the parts of a multipart body, whichever boundary is between them: clients make a new one for every request.
 * `undefined` where another reader might find other parts: a preamble, an epilogue, a boundary out of place or its text within a part, no
 * end.
 *
 * @see RFC 2046, section 5.1
 */
export const multipartIdentity = (body: Uint8Array, between: string): string | undefined => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`--${between}`);
  const parts: Buffer[] = [];
  const lengths: number[] = [];
  for (let start = 0, at = bytes.indexOf(delimiter); ; at = bytes.indexOf(delimiter, start)) {
    if (start === 0 ? at !== 0 : at - 2 < start || !hasAt(bytes, '\r\n', at - 2)) return undefined;
    if (start > 0) {
      const part = bytes.subarray(start, at - 2);
      if (part.includes(between)) return undefined;
      lengths.push(part.length);
      parts.push(part);
    }
    start = at + delimiter.length;
    const rest = bytes.length - start;
    if (hasAt(bytes, '--', start)) {
      return rest === 2 || (rest === 4 && hasAt(bytes, '\r\n', start + 2))
        ? `${lengths} ${digest(Buffer.concat(parts))}`
        : undefined;
    }
    if (!hasAt(bytes, '\r\n', start)) return undefined;
    start += 2;
  }
};

const hasAt = (bytes: Buffer, two: '\r\n' | '--', at: number): boolean =>
  bytes[at] === two.charCodeAt(0) && bytes[at + 1] === two.charCodeAt(1);
