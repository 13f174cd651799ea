import { NotTried } from '../not-tried.ts';
import { isRefused, isSameAnswer } from '../target/exchange.ts';
import { breach, counted, draft, type Rule, requireTelling, tried } from './rule.ts';

export const otherPayloadRules: readonly Rule[] = [
  {
    id: 'payload-refused',
    level: 'must',
    source: draft('2.7'),
    says: 'A used key with another payload is refused.',
    judge: ({ seen }) => {
      const { first, other } = tried(seen.otherPayload);
      return isRefused(other)
        ? undefined
        : breach(`Another payload is answered with ${other.answer.status}`, first, other);
    },
  },
  {
    id: 'payload-status',
    level: 'should',
    source: draft('2.7'),
    says: 'Another payload is refused with 422.',
    judge: ({ seen }) => {
      const { first, other } = tried(seen.otherPayload);
      if (!isRefused(other)) throw new NotTried('another payload is not refused');
      return other.answer.status === 422
        ? undefined
        : breach(`Another payload is refused with ${other.answer.status}`, first, other);
    },
  },
  {
    id: 'payload-no-effect',
    level: 'must',
    source: draft('2.2'),
    says: 'Another payload has no effect.',
    judge: ({ seen }) => {
      const { first, other, effects } = tried(seen.otherPayload);
      return counted(effects) === 0 ? undefined : breach(`Another payload had ${effects} effects`, first, other);
    },
  },
  {
    id: 'payload-harmless',
    level: 'should',
    source: draft('2.6'),
    says: 'After that refusal, the first payload still gets the first answer.',
    judge: ({ seen }) => {
      requireTelling(seen);
      const { first, other, repeat } = tried(seen.otherPayload);
      if (!isRefused(other)) throw new NotTried('another payload is not refused');
      return isSameAnswer(first, repeat)
        ? undefined
        : breach('The first payload gets another answer', first, other, repeat);
    },
  },
];
