import type { EncodedResult, UnavailableReason } from './result.ts';

/** How a result is encoded, as a database keeps it. Marks follow the encoding: `zstd+sealed`. The plainest is `json`. */
export const encodingText = ({ encoding, sealed, redacted }: EncodedResult): string =>
  `${encoding}${sealed ? '+sealed' : ''}${redacted ? '+redacted' : ''}`;

/** What a database keeps of the result itself. */
export interface StoredData {
  text(): string | undefined;
  bytes(): Uint8Array | undefined;
}

/** A result in an encoding, or with a mark, that this version doesn't know is none: nothing is read as what it isn't. */
export const fromEncodingText = (text: string, data: StoredData): EncodedResult | undefined => {
  const [encoding, ...names] = text.split('+');
  if (!names.every((name) => name === 'sealed' || name === 'redacted')) return undefined;
  const marks = Object.fromEntries(names.map((name) => [name, true]));
  const encoded = fromData(encoding, data);
  return encoded && { ...encoded, ...marks };
};

const fromData = (encoding: string | undefined, { text, bytes }: StoredData): EncodedResult | undefined => {
  switch (encoding) {
    case 'undefined':
      return { encoding };
    case 'json':
    case 'overflow': {
      const data = text();
      return data === undefined ? undefined : { encoding, data };
    }
    case 'zstd':
    case 'brotli': {
      const data = bytes();
      return data && { encoding, data };
    }
    case 'unavailable':
      return { encoding, reason: text() as UnavailableReason };
    default:
      return undefined;
  }
};
