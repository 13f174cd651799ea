import type { Judged } from '../judge.ts';
import type { CheckSettings } from '../settings.ts';
import { exchangeText } from './exchange-text.ts';

/** What XML 1.0 can't hold at all is left out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(unwritable, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const caseText = ({ rule, verdict }: Judged, settings: CheckSettings): string => {
  const open = `<testcase classname="${rule.level}" name="${escaped(`${rule.id}: ${rule.says}`)}"`;
  if (verdict.result === 'passed') return `    ${open}/>`;
  if (verdict.result === 'not tried') return `    ${open}><skipped message="${escaped(verdict.reason)}"/></testcase>`;
  const details = verdict.exchanges.map((exchange) => exchangeText(exchange, settings)).join('\n\n');
  const failure = `<failure type="${rule.level}" message="${escaped(`${verdict.why} (${rule.source})`)}">${escaped(details)}</failure>`;
  return `    ${open}>${failure}</testcase>`;
};

/** The report in the form that build servers read. */
export const reportJunit = (judged: readonly Judged[], settings: CheckSettings): string => {
  const count = (result: string) => judged.filter(({ verdict }) => verdict.result === result).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${escaped(`middy-idempotency check ${settings.url}`)}" tests="${judged.length}" failures="${count('failed')}" errors="0" skipped="${count('not tried')}">`,
    ...judged.map((one) => caseText(one, settings)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};
