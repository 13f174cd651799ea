import { NotTried } from '../not-tried.ts';
import { refusals } from './refusals.ts';
import { type Breach, breach, type Evidence, type Rule, tried } from './rule.ts';

const requireOrigin = ({ settings }: Evidence): void => {
  if (!settings.origin) throw new NotTried('give --origin, the origin of a page that may call');
};

const listed = (headers: Headers, name: string): string[] =>
  (headers.get(name) ?? '').split(',').map((part) => part.trim().toLowerCase());

const lists = (headers: Headers, name: string, value: string): boolean => {
  const found = listed(headers, name);
  return found.includes(value.toLowerCase()) || found.includes('*');
};

const allows = (headers: Headers, origin: string): boolean =>
  ['*', origin].includes(headers.get('access-control-allow-origin') ?? '');

export const crossOriginRules: readonly Rule[] = [
  {
    id: 'cors-preflight',
    level: 'practice',
    source: 'Fetch, CORS',
    says: 'A preflight allows the key’s header, and needs no key.',
    judge: ({ seen, settings }): Breach | undefined => {
      const preflight = tried(seen.preflight);
      const { status, headers } = preflight.answer;
      const isAllowed =
        status >= 200 &&
        status < 300 &&
        allows(headers, settings.origin ?? '') &&
        lists(headers, 'access-control-allow-headers', settings.keyHeader);
      return isAllowed ? undefined : breach(`A page may not send ${settings.keyHeader}`, preflight);
    },
  },
  {
    id: 'cors-refusals',
    level: 'practice',
    source: 'Fetch, CORS',
    says: 'A page that may read the first answer may read refusals and repeats.',
    judge: (evidence) => {
      requireOrigin(evidence);
      const { seen, settings, exchanges } = evidence;
      const origin = settings.origin ?? '';
      if (!allows(seen.first.first.answer.headers, origin)) throw new NotTried(`${origin} may not read any answer`);
      const repeats = exchanges.filter(({ role }) => role === 'repeat');
      const other = [...refusals(evidence), ...repeats].find(({ answer }) => !allows(answer.headers, origin));
      return other && breach('A page may not read this answer', other);
    },
  },
  {
    id: 'cors-exposed',
    level: 'practice',
    source: 'Fetch, CORS',
    says: 'A page may read Retry-After, where there is one.',
    judge: (evidence) => {
      requireOrigin(evidence);
      const found = evidence.exchanges.filter(({ answer }) => answer.headers.has('retry-after'));
      if (found.length === 0) throw new NotTried('no answer has a Retry-After');
      const hidden = found.find(({ answer }) => !lists(answer.headers, 'access-control-expose-headers', 'retry-after'));
      return hidden && breach('Access-Control-Expose-Headers does not name Retry-After', hidden);
    },
  },
];
