import { type Exchange, isSuccess } from '../target/exchange.ts';
import type { Target } from '../target/target.ts';

export interface WithoutKeySeen {
  missing: Exchange;
  empty: Exchange;
}

/** The request without a key, and with an empty one. */
export const probeWithoutKey = async (target: Target): Promise<WithoutKeySeen> => ({
  missing: await target.send('without-key', target.newOperation(), { keyValue: null }),
  empty: await target.send('without-key', target.newOperation(), { keyValue: '' }),
});

/** The request with a key that is no string of structured fields: its quotation does not end. */
export const probeMalformedKey = (target: Target): Promise<Exchange> => {
  const operation = target.newOperation();
  return target.send('odd-key', operation, { keyValue: `"${operation.key}` });
};

export interface PairSeen {
  one: Exchange;
  /** With another key, that is nearly the same; `undefined` where the first was not done. */
  other: Exchange | undefined;
}

const longKeyLength = 4000;

const probePair = async (target: Target, keys: readonly [string, string]): Promise<PairSeen> => {
  const operation = target.newOperation();
  const [one, other] = keys.map((key) => target.keyText(operation.key + key));
  const first = await target.send('odd-key', operation, { keyValue: one ?? '' });
  return {
    one: first,
    other: isSuccess(first) ? await target.send('odd-key', operation, { keyValue: other ?? '' }) : undefined,
  };
};

/** Two keys of 4,000 characters that differ in the last one. */
export const probeLongKeys = (target: Target): Promise<PairSeen> => {
  const long = 'k'.repeat(longKeyLength);
  return probePair(target, [`${long}1`, `${long}2`]);
};

/** Two keys that differ in the case of a letter. */
export const probeKeyCase = (target: Target): Promise<PairSeen> => probePair(target, ['-a', '-A']);
