import { NotTried } from '../not-tried.ts';
import type { PairSeen } from '../probes/keys.ts';
import { type Exchange, isRefused, isSameAnswer, isSuccess } from '../target/exchange.ts';
import { type Breach, breach, draft, type Evidence, type Rule, requireTelling, tried } from './rule.ts';

const requireStructured = ({ settings }: Evidence): void => {
  if (settings.keyHeader.toLowerCase() === 'idempotency-key') return;
  throw new NotTried(`the draft says nothing of the header ${settings.keyHeader}`);
};

const is400 = (what: string, exchange: Exchange): Breach | undefined =>
  exchange.answer.status === 400
    ? undefined
    : breach(`${what} is answered with ${exchange.answer.status}, not 400`, exchange);

const areApart = (evidence: Evidence, what: string, { one, other }: PairSeen): Breach | undefined => {
  if (!other) return isRefused(one) ? undefined : breach(`${what}: answered with ${one.answer.status}`, one);
  requireTelling(evidence.seen);
  if (isSuccess(other) && !isSameAnswer(one, other)) return undefined;
  return breach(`${what} are taken for one: the second is answered with ${other.answer.status}`, one, other);
};

export const keyRules: readonly Rule[] = [
  {
    id: 'key-required',
    level: 'should',
    source: draft('2.7'),
    says: 'A request without a key is refused with 400.',
    judge: ({ seen, settings }) => {
      if (settings.keyOptional) throw new NotTried('--key-optional says that none is needed');
      return is400('A request without a key', tried(seen.withoutKey).missing);
    },
  },
  {
    id: 'key-empty',
    level: 'should',
    source: draft('2.1'),
    says: 'An empty key is refused with 400: it names nothing.',
    judge: ({ seen }) => is400('An empty key', tried(seen.withoutKey).empty),
  },
  {
    id: 'key-malformed',
    level: 'should',
    source: draft('2.1, 5'),
    says: 'A key that is not a structured-field string is refused with 400: keys are validated.',
    judge: (evidence) => {
      requireStructured(evidence);
      return is400('A quoted key that does not end', tried(evidence.seen.malformedKey));
    },
  },
  {
    id: 'key-quoted',
    level: 'must',
    source: draft('2.1'),
    says: 'A key in quotation marks is accepted: it is a structured-field string.',
    judge: (evidence) => {
      requireStructured(evidence);
      const { quotedRefused } = evidence.seen.first;
      return quotedRefused && breach('A quoted key is refused, a bare one is taken', quotedRefused);
    },
  },
  {
    id: 'key-long',
    level: 'practice',
    source: draft('5'),
    says: 'Keys of 4,000 characters are refused (4xx), or compared to the last character.',
    judge: (evidence) => areApart(evidence, 'Two keys of 4,000 characters', tried(evidence.seen.longKeys)),
  },
  {
    id: 'key-case',
    level: 'should',
    source: draft('2.2'),
    says: 'Keys that differ in the case of a letter are two keys.',
    judge: (evidence) => areApart(evidence, 'Two keys that differ in case', tried(evidence.seen.keyCase)),
  },
  {
    id: 'key-distinct',
    level: 'should',
    source: draft('2.6'),
    says: 'A request with a new key is done, even if its payload has been seen before.',
    judge: ({ seen: { first }, settings }) => {
      if (`${settings.url}${settings.body}`.includes('{{unique}}')) {
        throw new NotTried('no two operations have the same payload, for the sake of {{unique}}');
      }
      if (!isSuccess(first.another)) {
        return breach(`A new key is answered with ${first.another.answer.status}`, first.first, first.another);
      }
      if (first.isTelling || (first.anotherEffects ?? 0) > 0) return undefined;
      if (first.anotherEffects === 0) return breach('A new key has no effect', first.first, first.another);
      throw new NotTried('two operations have the same answer: give --effects-url or --effects-command');
    },
  },
];
