import type { NativeAttributeValue } from '@aws-sdk/lib-dynamodb';
import type { IdempotencyRecord, RecordStatus } from '../record.ts';
import type { EncodedResult, UnavailableReason } from '../result.ts';

export type Item = Record<string, NativeAttributeValue>;

/** Every attribute of a record, as an expression names it. Aliases, because several are reserved words of DynamoDB. */
export const attributeNames = {
  '#id': 'id',
  '#status': 'status',
  '#owner': 'owner',
  '#attempt': 'attempt',
  /** How many attempts a completed operation took; `attempt` is gone by then, so that a later claim counts from 1 again. */
  '#attempts': 'attempts',
  '#leaseExpiresAt': 'leaseExpiresAt',
  '#expiresAt': 'expiresAt',
  '#tokenExpiresAt': 'tokenExpiresAt',
  '#fingerprint': 'fingerprint',
  '#encoding': 'encoding',
  '#result': 'result',
  '#thrown': 'thrown',
} as const;

/** DynamoDB refuses a request that declares a name it doesn't use. */
export const namesUsedIn = (...expressions: string[]): Record<string, string> => {
  const aliases = new Set(expressions.join(' ').match(/#\w+/g));
  return Object.fromEntries(Object.entries(attributeNames).filter(([alias]) => aliases.has(alias)));
};

export interface ResultAttributes {
  encoding: string;
  result: string | Uint8Array | null;
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

const toResult = (item: Item): EncodedResult | undefined => {
  const result = toPlainResult(item['encoding'], item['result']);
  return result && item['thrown'] === true ? { ...result, thrown: true } : result;
};

const toPlainResult = (encoding: unknown, result: unknown): EncodedResult | undefined => {
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

const optional = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [key in Key]?: Value };

export const toRecord = (item: Item): IdempotencyRecord => ({
  id: item['id'] as string,
  status: item['status'] as RecordStatus,
  expiresAtSeconds: item['expiresAt'] as number,
  ...optional('owner', item['owner'] as string | undefined),
  ...optional('attempt', (item['attempt'] ?? item['attempts']) as number | undefined),
  ...optional('leaseExpiresAtMs', item['leaseExpiresAt'] as number | undefined),
  ...optional('fingerprint', item['fingerprint'] as string | undefined),
  ...optional('result', toResult(item)),
});
