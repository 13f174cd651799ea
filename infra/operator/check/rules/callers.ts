import { NotTried } from '../not-tried.ts';
import { isSameAnswer, isSuccess } from '../target/exchange.ts';
import { breach, draft, type Rule, requireTelling, tried } from './rule.ts';

export const callerRules: readonly Rule[] = [
  {
    id: 'caller-private',
    level: 'should',
    source: draft('5'),
    says: 'Another caller who knows a key does not get the first caller’s answer.',
    judge: ({ seen }) => {
      requireTelling(seen);
      const { first, other } = tried(seen.otherCaller);
      return isSameAnswer(first, other) ? breach('Another caller gets the answer', first, other) : undefined;
    },
  },
  {
    id: 'caller-own-keys',
    level: 'practice',
    source: draft('5'),
    says: 'Another caller may use the same key for an operation of their own.',
    judge: ({ seen }) => {
      requireTelling(seen);
      const { first, other } = tried(seen.otherCaller);
      if (isSameAnswer(first, other)) throw new NotTried('another caller gets the answer of the first');
      return isSuccess(other)
        ? undefined
        : breach(`Another caller’s request is answered with ${other.answer.status}`, first, other);
    },
  },
];
