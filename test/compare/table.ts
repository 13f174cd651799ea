import type { Judged, Verdict } from '../../infra/operator/check/judge.ts';
import type { Comparison } from './compare.ts';

/** What a rule says of a library, in a cell. What differs from one run to the next is left out. */
const cell = (verdict: Verdict): string => {
  if (verdict.result === 'passed') return 'passed';
  return verdict.result === 'failed' ? '**failed**' : 'not tried';
};

/** The rules down, the libraries across. */
export const comparisonTable = (comparison: Comparison): string => {
  const names = Object.keys(comparison);
  const [rules = []] = Object.values(comparison);
  const verdictOf = (judged: readonly Judged[] | undefined, id: string): Verdict =>
    judged?.find(({ rule }) => rule.id === id)?.verdict ?? { result: 'not tried', reason: '' };
  const rows = rules.map(({ rule: { id, level } }) => [
    `\`${id}\``,
    level,
    ...names.map((name) => cell(verdictOf(comparison[name], id))),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(['rule', 'level', ...names]), line(['---', '---', ...names.map(() => '---')]), ...rows.map(line)].join(
    '\n',
  );
};

const begin = '<!-- made by `npm run compare` -->\n\n';
const end = '\n\n<!-- until here -->';

/** The page with another table in the place of its own. */
export const withTable = (page: string, table: string): string => {
  const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
  if (from < begin.length || to < from) throw new Error('docs/compare.md has lost the place of its table');
  return page.slice(0, from) + table + page.slice(to);
};
