import { STATUS_CODES } from 'node:http';
import type { CheckSettings } from '../settings.ts';
import type { Exchange } from '../target/exchange.ts';

const longestBody = 1000;

/** Headers whose values are no secret, or are the check's own. */
const isShown = (name: string, { keyHeader }: Pick<CheckSettings, 'keyHeader'>): boolean =>
  ['content-type', 'accept', 'origin', keyHeader.toLowerCase()].includes(name) || name.startsWith('access-control-');

const shortened = (text: string): string =>
  text.length > longestBody ? `${text.slice(0, longestBody)}… (${text.length} characters)` : text;

/** What was sent and answered, as on the wire; the values of headers that the user has given, and of cookies, are left out. */
export const exchangeText = ({ request, answer }: Exchange, settings: Pick<CheckSettings, 'keyHeader'>): string => {
  const sent = Object.entries(request.headers).map(([name, value]) => {
    const lower = name.toLowerCase();
    return `${lower}: ${isShown(lower, settings) ? shortened(value) : '(as given)'}`;
  });
  const got = [...answer.headers].map(([name, value]) => `${name}: ${name === 'set-cookie' ? '(a cookie)' : value}`);
  const requestLines = [`${request.method} ${request.url}`, ...sent, ...bodyLines(request.body)];
  const answerLines =
    answer.status === 0
      ? [answer.body]
      : [
          `${answer.status} ${answer.statusText || (STATUS_CODES[answer.status] ?? '')}`,
          ...got,
          ...bodyLines(answer.body),
        ];
  return [
    ...requestLines.map((line) => `> ${line}`.trimEnd()),
    ...answerLines.map((line) => `< ${line}`.trimEnd()),
  ].join('\n');
};

const bodyLines = (body: string | undefined): string[] => (body ? ['', ...shortened(body).split('\n')] : []);
