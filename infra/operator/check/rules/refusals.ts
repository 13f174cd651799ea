import { NotTried } from '../not-tried.ts';
import { type Exchange, isRefused, type Role } from '../target/exchange.ts';
import { type Breach, breach, draft, type Evidence, type Rule } from './rule.ts';

const refusing: readonly Role[] = ['without-key', 'odd-key', 'other-payload', 'concurrent', 'duplicate'];

/** What was refused for its key. */
export const refusals = ({ exchanges }: Evidence): Exchange[] => {
  const found = exchanges.filter((exchange) => refusing.includes(exchange.role) && isRefused(exchange));
  if (found.length === 0) throw new NotTried('nothing was refused');
  return found;
};

const isProblem = ({ answer }: Exchange): boolean =>
  /^application\/problem\+json\s*(;|$)/i.test(answer.headers.get('content-type') ?? '');

type Problem = Readonly<Record<string, unknown>>;

const problemOf = ({ answer }: Exchange): Problem | undefined => {
  try {
    const value: unknown = JSON.parse(answer.body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Problem) : undefined;
  } catch {
    return undefined;
  }
};

const problems = (evidence: Evidence): Exchange[] => {
  const found = refusals(evidence).filter(isProblem);
  if (found.length === 0) throw new NotTried('no refusal is application/problem+json');
  return found;
};

const texts = ['type', 'title', 'detail', 'instance'];

const wrongMember = (problem: Problem | undefined): string | undefined => {
  if (!problem) return 'It is no JSON object';
  const wrong = texts.find((name) => problem[name] !== undefined && typeof problem[name] !== 'string');
  return wrong && `Its ${wrong} is no text`;
};

/** An address that can be opened: not a mere name, as `urn:` and `about:blank` are. */
const isAddress = (value: unknown): boolean =>
  typeof value === 'string' && value !== '' && !/^(?!https?:)[a-z][a-z0-9+.-]*:/i.test(value);

const linksDocumentation = (exchange: Exchange): boolean => {
  const link = exchange.answer.headers.get('link') ?? '';
  return /rel="?(describedby|help)/i.test(link) || (isProblem(exchange) && isAddress(problemOf(exchange)?.['type']));
};

const first = (found: Exchange | undefined, why: string): Breach | undefined => found && breach(why, found);

export const refusalRules: readonly Rule[] = [
  {
    id: 'refusal-problem',
    level: 'should',
    source: `${draft('2.7')}; RFC 9457, 3`,
    says: 'A refusal because of the key has the type application/problem+json.',
    judge: (evidence) => {
      const other = refusals(evidence).find((exchange) => !isProblem(exchange));
      return first(other, `A refusal is ${other?.answer.headers.get('content-type') ?? 'of no Content-Type'}`);
    },
  },
  {
    id: 'problem-status',
    level: 'must',
    source: 'RFC 9457, 3.1.2',
    says: 'The status in a problem equals the status of the answer.',
    judge: (evidence) => {
      const other = problems(evidence).find((exchange) => {
        const status = problemOf(exchange)?.['status'];
        return status !== undefined && status !== exchange.answer.status;
      });
      return first(other, 'The status in the problem is another');
    },
  },
  {
    id: 'problem-members',
    level: 'should',
    source: 'RFC 9457, 3.1',
    says: 'A problem is a JSON object whose type, title, detail and instance are strings.',
    judge: (evidence) => {
      const wrong = problems(evidence).find((exchange) => wrongMember(problemOf(exchange)));
      return wrong && breach(wrongMember(problemOf(wrong)) ?? '', wrong);
    },
  },
  {
    id: 'refusal-link',
    level: 'should',
    source: draft('2.7'),
    says: 'A refusal links to documentation: by the type of the problem, or a Link with rel="describedby".',
    judge: (evidence) =>
      first(
        refusals(evidence).find((exchange) => !linksDocumentation(exchange)),
        'A refusal has no link that could be opened',
      ),
  },
  {
    id: 'no-server-error',
    level: 'practice',
    source: 'RFC 9110, 15.6',
    says: 'Whatever a client does with keys, it gets an answer below 500.',
    judge: ({ exchanges }) =>
      first(
        exchanges.find(({ role, answer }) => !failing.includes(role) && (answer.status === 0 || answer.status >= 500)),
        'A request is answered as if the server had failed',
      ),
  },
];

/** Where the target was made to fail. */
const failing: readonly Role[] = ['failing', 'after-failure'];
