import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes } from './attributes.ts';
import { numberText } from './number-text.ts';

/**
 * The one text of a value: two values have the same just when DynamoDB takes them for equal. Numbers count by what they are worth,
 * bytes and sets by what is in them.
 *
 * @throws {TypeError} for a number that DynamoDB can't keep
 */
export const attributeText = ({ S, N, B, BOOL, NULL, SS, NS, BS, L, M }: AttributeValue): string => {
  if (S !== undefined) return JSON.stringify(S);
  if (N !== undefined) return numberText(N);
  if (B !== undefined) return bytesText(B);
  if (BOOL !== undefined) return `${BOOL}`;
  if (NULL !== undefined) return 'null';
  if (SS !== undefined)
    return setText(
      'SS',
      SS.map((text) => JSON.stringify(text)),
    );
  if (NS !== undefined) return setText('NS', NS.map(numberText));
  if (BS !== undefined) return setText('BS', BS.map(bytesText));
  if (L !== undefined) return `[${L.map(attributeText)}]`;
  return attributesText(M ?? {});
};

export const attributesText = (attributes: Attributes): string =>
  `{${Object.keys(attributes)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${attributeText(attributes[name] as AttributeValue)}`)}}`;

const bytesText = (bytes: Uint8Array): string =>
  `B${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;

const setText = (type: string, members: readonly string[]): string => `${type}[${[...new Set(members)].sort()}]`;
