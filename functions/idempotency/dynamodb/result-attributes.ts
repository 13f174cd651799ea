import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { EncodedResult, UnavailableReason } from '../record/result.ts';
import { stringOf, toText } from './attributes.ts';

/** An encoded result as attributes. One that is no error, and in the format's plainest encoding, is an attribute alone. */
export interface ResultAttributes {
  result: AttributeValue;
  encoding?: AttributeValue;
  thrown?: AttributeValue;
}

export const thrownAttribute = ({ thrown }: EncodedResult) => (thrown ? { thrown: { BOOL: true } } : {});

/** Marks follow the encoding: `zstd+sealed`. */
const encodingText = ({ encoding, sealed, redacted }: EncodedResult): string =>
  `${encoding}${sealed ? '+sealed' : ''}${redacted ? '+redacted' : ''}`;

/** The plainest encoding is JSON. */
export const toResultAttributes = (result: EncodedResult): ResultAttributes => {
  const encoding = encodingText(result);
  return {
    result: attributeValue(result),
    ...(encoding !== 'json' && { encoding: toText(encoding) }),
    ...thrownAttribute(result),
  };
};

const attributeValue = (result: EncodedResult): AttributeValue => {
  switch (result.encoding) {
    case 'undefined':
      return { NULL: true };
    case 'unavailable':
      return toText(result.reason);
    case 'zstd':
    case 'brotli':
      return { B: result.data };
    default:
      return toText(result.data);
  }
};

/** A result in an encoding, or with a mark, that this version doesn't know is none: nothing is read as what it isn't. */
export const fromResultAttributes = ({
  encoding: text = 'json',
  result,
}: {
  encoding: string | undefined;
  result: AttributeValue | undefined;
}): EncodedResult | undefined => {
  const [encoding, ...names] = text.split('+');
  if (!names.every((name) => name === 'sealed' || name === 'redacted')) return undefined;
  const marks = Object.fromEntries(names.map((name) => [name, true]));
  const encoded = fromValue(encoding, result);
  return encoded && { ...encoded, ...marks };
};

const fromValue = (encoding: string | undefined, result: AttributeValue | undefined): EncodedResult | undefined => {
  const text = stringOf(result);
  switch (encoding) {
    case 'undefined':
      return { encoding };
    case 'json':
    case 'overflow':
      return text === undefined ? undefined : { encoding, data: text };
    case 'zstd':
    case 'brotli':
      return result?.B && { encoding, data: result.B };
    case 'unavailable':
      return { encoding, reason: text as UnavailableReason };
    default:
      return undefined;
  }
};
