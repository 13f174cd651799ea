import type { Judged } from '../judge.ts';
import type { CheckSettings } from '../settings.ts';
import { exchangeText } from './exchange-text.ts';

/** The report for programs. */
export const reportJson = (judged: readonly Judged[], settings: CheckSettings, requests: number) => ({
  url: settings.url,
  requests,
  rules: judged.map(({ rule: { id, level, source, says }, verdict }) => ({
    id,
    level,
    source,
    says,
    ...(verdict.result === 'failed'
      ? { ...verdict, exchanges: verdict.exchanges.map((exchange) => exchangeText(exchange, settings)) }
      : verdict),
  })),
});
