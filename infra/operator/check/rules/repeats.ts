import { NotTried } from '../not-tried.ts';
import { isSameAnswer } from '../target/exchange.ts';
import { breach, counted, draft, type Rule, requireTelling, tried } from './rule.ts';

/** What a client reads an answer by. */
const meaningfulHeaders = ['content-type', 'location'];

export const repeatRules: readonly Rule[] = [
  {
    id: 'repeat-same-answer',
    level: 'should',
    source: draft('2.6'),
    says: 'A repeat gets the first answer: its status and its body.',
    judge: ({ seen }) => {
      requireTelling(seen);
      const { first, repeat } = tried(seen.repeat);
      return isSameAnswer(first, repeat) ? undefined : breach('A repeat gets another answer', first, repeat);
    },
  },
  {
    id: 'repeat-one-effect',
    level: 'must',
    source: 'RFC 9110, 9.2.2',
    says: 'A request and its repeat have one effect.',
    judge: ({ seen }) => {
      const { first, repeat, effects } = tried(seen.repeat);
      return counted(effects) === 1 ? undefined : breach(`There were ${effects} effects`, first, repeat);
    },
  },
  {
    id: 'repeat-headers',
    level: 'should',
    source: draft('2.6'),
    says: 'The answer to a repeat has the Content-Type and Location of the first answer.',
    judge: ({ seen }) => {
      const { first, repeat } = tried(seen.repeat);
      const other = meaningfulHeaders.find(
        (name) => first.answer.headers.get(name) !== repeat.answer.headers.get(name),
      );
      if (!isSameAnswer(first, repeat)) throw new NotTried('a repeat gets another answer');
      return other === undefined
        ? undefined
        : breach(`The repeat’s ${other} is ${repeat.answer.headers.get(other) ?? 'missing'}`, first, repeat);
    },
  },
  {
    id: 'repeat-reordered',
    level: 'practice',
    source: draft('2.4'),
    says: 'A repeat whose JSON is written in another order gets the first answer.',
    judge: ({ seen }) => {
      requireTelling(seen);
      const { first, repeat } = tried(seen.reordered);
      if (!repeat) throw new NotTried('the body is no JSON that could be written otherwise');
      return isSameAnswer(first, repeat)
        ? undefined
        : breach(`The same JSON in another order is answered with ${repeat.answer.status}`, first, repeat);
    },
  },
  {
    id: 'replay-marked',
    level: 'practice',
    source: 'as Stripe’s API',
    says: 'The answer to a repeat is marked (--replay-header), and the first answer is not.',
    judge: ({ seen, settings }) => {
      const { first, repeat } = tried(seen.repeat);
      if (!isSameAnswer(first, repeat)) throw new NotTried('a repeat gets another answer');
      const isMarked = ({ answer }: typeof first) => (answer.headers.get(settings.replayHeader) ?? 'false') !== 'false';
      if (isMarked(first)) return breach(`The first answer has ${settings.replayHeader}`, first);
      return isMarked(repeat) ? undefined : breach(`The repeat’s answer has no ${settings.replayHeader}`, repeat);
    },
  },
  {
    id: 'replay-no-cookie',
    level: 'practice',
    source: 'RFC 9111, 7.3',
    says: 'The answer to a repeat does not set the first answer’s cookies again.',
    judge: ({ seen }) => {
      const { first, repeat } = tried(seen.repeat);
      if (!first.answer.headers.has('set-cookie')) throw new NotTried('the first answer sets no cookie');
      if (!isSameAnswer(first, repeat)) throw new NotTried('a repeat gets another answer');
      return repeat.answer.headers.has('set-cookie')
        ? breach('The repeat’s answer sets a cookie', first, repeat)
        : undefined;
    },
  },
];
