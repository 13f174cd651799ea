import { NotTried } from '../not-tried.ts';
import type { RunningSeen } from '../probes/concurrent.ts';
import { distinct, type Exchange, isSuccess } from '../target/exchange.ts';
import { breach, counted, draft, type Evidence, type Rule, requireTelling, tried } from './rule.ts';

const slower = 'no duplicate came while the first was running: give --slow-header, or more --concurrency';

const isSeconds = (text: string): boolean => /^\d+$/.test(text) || !Number.isNaN(Date.parse(text));

const running = ({ seen }: Evidence): RunningSeen => {
  const found = tried(seen.running);
  if (!found.metRunning) throw new NotTried(slower);
  return found;
};

/** What duplicates were answered that came while another was running. */
const conflicts = ({ seen }: Evidence): Exchange[] => {
  const { answers } = tried(seen.concurrent);
  const duplicates = seen.running instanceof NotTried ? [] : [seen.running.duplicate, seen.running.third];
  return [...answers, ...duplicates].filter((exchange) => exchange !== undefined && !isSuccess(exchange)) as Exchange[];
};

export const concurrencyRules: readonly Rule[] = [
  {
    id: 'concurrent-one-run',
    level: 'must',
    source: 'RFC 9110, 9.2.2',
    says: 'Of many concurrent requests one is done: all that get an answer get the same one.',
    judge: ({ seen }) => {
      requireTelling(seen);
      const done = distinct(tried(seen.concurrent).answers.filter(isSuccess));
      if (done.length === 0) return breach('None of them was done', ...tried(seen.concurrent).answers.slice(0, 2));
      return done.length === 1 ? undefined : breach(`${done.length} of them were done`, ...done.slice(0, 2));
    },
  },
  {
    id: 'concurrent-one-effect',
    level: 'must',
    source: 'RFC 9110, 9.2.2',
    says: 'Many concurrent requests have one effect.',
    judge: ({ seen }) => {
      const { answers, effects } = tried(seen.concurrent);
      return counted(effects) === 1
        ? undefined
        : breach(`${answers.length} requests had ${effects} effects`, ...answers.slice(0, 2));
    },
  },
  {
    id: 'conflict-status',
    level: 'should',
    source: draft('2.7'),
    says: 'A duplicate that arrives while the first is running, and does not get its answer, is refused with 409.',
    judge: (evidence) => {
      const found = conflicts(evidence);
      if (found.length === 0) throw new NotTried(slower);
      const other = found.find(({ answer }) => answer.status !== 409);
      return other && breach(`A duplicate is answered with ${other.answer.status}`, other);
    },
  },
  {
    id: 'conflict-retry-after',
    level: 'practice',
    source: 'RFC 9110, 10.2.3',
    says: 'That 409 has a Retry-After.',
    judge: (evidence) => {
      const found = conflicts(evidence).filter(({ answer }) => answer.status === 409);
      if (found.length === 0) throw new NotTried(slower);
      const without = found.find(({ answer }) => !isSeconds(answer.headers.get('retry-after') ?? ''));
      return without && breach('A 409 has no Retry-After, or none that is seconds or a date', without);
    },
  },
  {
    id: 'running-kept',
    level: 'must',
    source: 'RFC 9110, 9.2.2',
    says: 'A refused duplicate changes nothing: later duplicates are not done either, neither while the first is running nor after it.',
    judge: (evidence) => {
      const { first, duplicate, third, repeat, effects } = running(evidence);
      if (effects !== undefined && effects > 1) {
        return breach(`One request and its duplicates had ${effects} effects`, first, duplicate, third, repeat);
      }
      if (isSuccess(duplicate)) throw new NotTried('a duplicate is not refused while the first is running');
      if (effects === undefined) requireTelling(evidence.seen);
      const done = [first, third, repeat].filter(
        (exchange) => exchange !== undefined && isSuccess(exchange),
      ) as Exchange[];
      if (distinct(done).length > 1)
        return breach('After a duplicate was refused, another one was done', duplicate, ...distinct(done));
      return isSuccess(repeat)
        ? undefined
        : breach(`A later repeat is answered with ${repeat.answer.status}`, first, repeat);
    },
  },
];
