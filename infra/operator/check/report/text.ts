import type { Output } from '../../output/output.ts';
import { tableText } from '../../output/table.ts';
import type { Judged, Verdict } from '../judge.ts';
import type { CheckSettings } from '../settings.ts';
import { exchangeText } from './exchange-text.ts';

const colours = { passed: 'green', failed: 'red', 'not tried': 'yellow' } as const satisfies Record<
  Verdict['result'],
  string
>;

const remark = (verdict: Verdict): string => {
  if (verdict.result === 'failed') return verdict.why;
  return verdict.result === 'not tried' ? verdict.reason : '';
};

/** A table of all rules, and below it what broke each that is broken. */
export const reportText = (
  judged: readonly Judged[],
  settings: CheckSettings,
  { style }: Pick<Output, 'style'>,
): string => {
  const rows = judged.map(({ rule, verdict }) => [
    rule.id,
    rule.level,
    style(colours[verdict.result], verdict.result),
    rule.source,
    remark(verdict),
  ]);
  const broken = judged.flatMap(({ rule, verdict }) =>
    verdict.result === 'failed'
      ? [
          [
            `${style('red', rule.id)} (${rule.level}; ${rule.source}): ${rule.says}`,
            `${verdict.why}:`,
            ...verdict.exchanges.map((exchange) => `\n${exchangeText(exchange, settings)}`),
          ].join('\n'),
        ]
      : [],
  );
  return [tableText(['RULE', 'LEVEL', 'RESULT', 'SOURCE', ''], rows), ...broken].join('\n\n');
};

export const countsText = (judged: readonly Judged[], requests: number): string => {
  const count = (result: Verdict['result']) => judged.filter(({ verdict }) => verdict.result === result).length;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('not tried')} not tried, with ${requests} requests.`;
};
