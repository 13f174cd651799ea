import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { encodingText, fromEncodingText } from '../record/encoding-text.ts';
import type { EncodedResult } from '../record/result.ts';
import { stringOf, toText } from './attributes.ts';

/** An encoded result as attributes. One that is no error, and in the format's plainest encoding, is an attribute alone. */
export interface ResultAttributes {
  result: AttributeValue;
  encoding?: AttributeValue;
  thrown?: AttributeValue;
}

export const thrownAttribute = ({ thrown }: EncodedResult) => (thrown ? { thrown: { BOOL: true } } : {});

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

export const fromResultAttributes = ({
  encoding = 'json',
  result,
}: {
  encoding: string | undefined;
  result: AttributeValue | undefined;
}): EncodedResult | undefined => fromEncodingText(encoding, { text: () => stringOf(result), bytes: () => result?.B });
