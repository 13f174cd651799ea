import { NotTried } from '../not-tried.ts';
import { isSameAnswer } from '../target/exchange.ts';
import { breach, draft, type Rule, requireTelling, tried } from './rule.ts';

export const failureRules: readonly Rule[] = [
  {
    id: 'failure-repeatable',
    level: 'should',
    source: draft('2.6'),
    says: 'A repeat of a failed request is done, or gets the error; it gets no conflict once Retry-After has passed.',
    judge: ({ seen }) => {
      const { failed, retried } = tried(seen.failure);
      const { status } = retried.answer;
      return status === 409 || status === 422 || status === 0
        ? breach(`A repeat after a failure is answered with ${status || retried.answer.body}`, failed, retried)
        : undefined;
    },
  },
  {
    id: 'failure-remembered',
    level: 'should',
    source: draft('2.6'),
    says: 'When the repeat of a failed request has been done, the next repeat gets its answer.',
    judge: ({ seen }) => {
      requireTelling(seen);
      const { failed, retried, repeat } = tried(seen.failure);
      if (!repeat) throw new NotTried('the repeat of a failed request was not done');
      return isSameAnswer(retried, repeat)
        ? undefined
        : breach('The next one gets another answer', failed, retried, repeat);
    },
  },
];
