import { writeFile } from 'node:fs/promises';
import type { RunContext } from '../commands/run-context.ts';
import type { ExitName } from '../exit-codes.ts';
import { OperatorError } from '../operator-error.ts';
import type { CheckOptions } from './check-options.ts';
import { type Judged, judgeAll } from './judge.ts';
import { NotTried } from './not-tried.ts';
import { probeAll } from './probes/probes.ts';
import { reportJson } from './report/json.ts';
import { reportJunit } from './report/junit.ts';
import { countsText, reportText } from './report/text.ts';
import { resolveSettings } from './resolve-settings.ts';
import { type Level, levels } from './rules/rule.ts';
import type { CheckSettings } from './settings.ts';
import { createSender } from './target/sender.ts';
import { Target } from './target/target.ts';

export interface Checked {
  judged: Judged[];
  requests: number;
}

/** Tries everything at a target, and judges what was seen. */
export const checkTarget = async (settings: CheckSettings, signal: AbortSignal): Promise<Checked> => {
  const target = new Target(settings, createSender({ ...settings, signal }));
  const { exchanges } = target;
  try {
    const seen = await probeAll(target);
    return { judged: judgeAll({ seen, exchanges, settings }), requests: exchanges.length };
  } catch (error) {
    if (error instanceof NotTried)
      throw new OperatorError('usage', `Nothing could be checked: ${error.message}.`, error);
    throw error;
  }
};

const counts = (level: Level, least: string): boolean =>
  levels.indexOf(level) <= (levels as readonly string[]).indexOf(least);

/** Checks by black-box requests how an endpoint treats idempotency keys. */
export const check = async (url: string | undefined, options: CheckOptions, context: RunContext): Promise<ExitName> => {
  const { output, signal, stdin } = context;
  const { settings, level, junit } = await resolveSettings(url, options, stdin);
  output.note(
    `${settings.method} ${settings.url} is sent up to ${settings.maxRequests} times, and takes effect for each new key.`,
  );
  const { judged, requests } = await checkTarget(settings, signal);
  if (junit) await writeFile(junit, reportJunit(judged, settings));
  if (output.isJson) output.json(reportJson(judged, settings, requests));
  else output.print(reportText(judged, settings, output));
  output.note(countsText(judged, requests));
  const isBroken = judged.some(({ rule, verdict }) => verdict.result === 'failed' && counts(rule.level, level));
  return isBroken ? 'findings' : 'done';
};
