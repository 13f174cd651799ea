import {
  type DecodableResult,
  decodeOutcome,
  type EncodedResult,
} from '../../../functions/idempotency/record/result.ts';
import type { Seen } from './seen.ts';

/** What is known of a stored answer without showing it. */
export interface Answer {
  encoding: string;
  text: string;
  /** Of an HTTP answer. */
  statusCode?: number;
  thrown?: true;
}

const isDecodable = (result: EncodedResult): result is DecodableResult =>
  result.encoding !== 'overflow' && result.encoding !== 'unavailable' && !result.sealed;

/** The answer itself; `undefined` when it is not in the record, or what is there is none. */
export const decodedAnswer = ({ record: { result } }: Pick<Seen, 'record'>) => {
  if (!result || !isDecodable(result)) return undefined;
  try {
    return decodeOutcome(result);
  } catch {
    return undefined;
  }
};

export const answerOf = (seen: Pick<Seen, 'record' | 'encoding'>): Answer | undefined => {
  const { encoding, record } = seen;
  if (encoding === undefined) return undefined;
  const { result } = record;
  if (result?.encoding === 'unavailable') return { encoding, text: `not kept: ${result.reason}` };
  if (result?.encoding === 'overflow') return { encoding, text: `in the overflow, object ${result.data}` };
  if (result?.sealed) return { encoding, text: 'sealed: only what has the `encryption` of its function can open it' };
  const outcome = decodedAnswer(seen);
  if (!outcome) return { encoding, text: result ? 'unreadable: not written by this library' : 'kept' };
  if (outcome.thrown) return { encoding, text: 'an error, which is thrown again', thrown: true };
  const { statusCode } = (outcome.value ?? {}) as { statusCode?: unknown };
  const status = Number(statusCode);
  const isHttp = statusCode !== undefined && Number.isInteger(status);
  const text = `${isHttp ? `${status}, ` : ''}kept (--result shows it)`;
  return { encoding, text, ...(isHttp && { statusCode: status }) };
};
