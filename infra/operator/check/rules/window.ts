import { isSameAnswer, isSuccess } from '../target/exchange.ts';
import { breach, draft, type Rule, requireTelling, tried } from './rule.ts';

export const windowRules: readonly Rule[] = [
  {
    id: 'window-ends',
    level: 'should',
    source: draft('2.3'),
    says: 'When a key has expired (--window), a request with it is done like a first one.',
    judge: ({ seen }) => {
      requireTelling(seen);
      const { first, late } = tried(seen.window);
      return isSuccess(late) && !isSameAnswer(first, late)
        ? undefined
        : breach(
            `After its time a key is answered with ${isSuccess(late) ? 'the first answer' : late.answer.status}`,
            first,
            late,
          );
    },
  },
];
