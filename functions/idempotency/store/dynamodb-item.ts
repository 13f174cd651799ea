import type { NativeAttributeValue } from '@aws-sdk/lib-dynamodb';
import type { EncodedResult, UnavailableReason } from '../result.ts';

export type Item = Record<string, NativeAttributeValue>;

export interface ResultAttributes {
  encoding: string;
  result: NativeAttributeValue;
  thrown: boolean;
}

export const resultAttributes = (result: EncodedResult): ResultAttributes => {
  const thrown = result.thrown ?? false;
  switch (result.encoding) {
    case 'undefined':
      return { encoding: 'undefined', result: null, thrown };
    case 'unavailable':
      return { encoding: 'unavailable', result: result.reason, thrown };
    default:
      return { encoding: result.encoding, result: result.data, thrown };
  }
};

export const decodeResult = ({
  encoding,
  result,
}: {
  encoding: unknown;
  result: unknown;
}): EncodedResult | undefined => {
  switch (encoding) {
    case 'undefined':
      return { encoding };
    case 'json':
      return { encoding, data: result as string };
    case 'deflate':
      return { encoding, data: result as Uint8Array };
    case 'overflow':
      return { encoding, data: result as string };
    case 'unavailable':
      return { encoding, reason: result as UnavailableReason };
    default:
      return undefined;
  }
};
