import type { ConnectionOptions } from '../connection/options.ts';
import type { ExitName } from '../exit-codes.ts';
import { OperatorError } from '../operator-error.ts';
import { recordsText } from '../output/record-text.ts';
import { foundJson } from '../records/found-json.ts';
import { searchForTroubles, type Troubles } from '../records/search.ts';
import type { Seen } from '../records/seen.ts';
import type { ScanOptions } from '../scan/estimate.ts';
import { open, type RunContext } from './run-context.ts';

export interface ListOptions extends ConnectionOptions, ScanOptions, Omit<Troubles, 'olderThanSeconds'> {
  olderThan: number;
  limit: number;
  estimate?: boolean;
  exitCode?: boolean;
}

export const requireTrouble = ({ stuck, crashed, unavailable }: Omit<Troubles, 'olderThanSeconds'>): void => {
  if (stuck || crashed || unavailable) return;
  throw new OperatorError('usage', 'Pass what to list: --stuck, --crashed, --unavailable, or several of them.');
};

export const list = async (options: ListOptions, context: RunContext): Promise<ExitName> => {
  requireTrouble(options);
  const { output } = context;
  const session = await open(options, context);
  if (options.estimate) return session.estimate(options, output);
  const nowMs = session.now();
  const found: Seen[] = [];
  const end = await session.scan(
    {
      search: searchForTroubles({ ...options, olderThanSeconds: options.olderThan }, session, nowMs),
      options,
      onRecord: (seen) => found.push(seen) < options.limit,
    },
    output,
  );
  const isCut = found.length >= options.limit;
  if (output.isJson) {
    output.json(foundJson(found, { nowMs, end, isCut }));
  } else if (found.length > 0) output.print(recordsText(found, nowMs, output));
  const counted = `${found.length} listed, of ${session.scanned(end)}.`;
  output.note(isCut ? `${counted} There may be more: --limit ${options.limit * 10}.` : counted);
  if (end.interrupted) return 'interrupted';
  return options.exitCode && found.length > 0 ? 'findings' : 'done';
};
