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

/** The plainest encoding is JSON. */
export const toResultAttributes = (result: EncodedResult): ResultAttributes => ({
  result: attributeValue(result),
  ...(result.encoding !== 'json' && { encoding: toText(result.encoding) }),
  ...thrownAttribute(result),
});

const attributeValue = (result: EncodedResult): AttributeValue => {
  switch (result.encoding) {
    case 'undefined':
      return { NULL: true };
    case 'unavailable':
      return toText(result.reason);
    case 'deflate':
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
}): EncodedResult | undefined => {
  const text = stringOf(result);
  switch (encoding) {
    case 'undefined':
      return { encoding };
    case 'json':
    case 'overflow':
      return text === undefined ? undefined : { encoding, data: text };
    case 'deflate':
      return result?.B && { encoding, data: result.B };
    case 'unavailable':
      return { encoding, reason: text as UnavailableReason };
    default:
      return undefined;
  }
};
