import type { ConnectionOptions } from '../connection/options.ts';
import type { ExitName } from '../exit-codes.ts';
import { OperatorError } from '../operator-error.ts';
import { recordsText } from '../output/record-text.ts';
import { foundJson } from '../records/found-json.ts';
import { type Criteria, searchFor } from '../records/search.ts';
import type { Seen } from '../records/seen.ts';
import type { ScanOptions } from '../scan/estimate.ts';
import { open, type RunContext } from './run-context.ts';
import { recordAndCures, show } from './show.ts';

export interface FindOptions extends ConnectionOptions, ScanOptions, Criteria {
  id?: string;
  limit: number;
  estimate?: boolean;
}

/** As many are shown whole. */
const maxShown = 3;

export const find = async (options: FindOptions, context: RunContext): Promise<ExitName> => {
  const { output } = context;
  const criteria = await fromStdin(options, context);
  const names = ['key', 'token', 'requestId', 'owner', 'namespace'] as const;
  const isGiven = names.some((name) => criteria[name] !== undefined);
  if (options.id !== undefined && !isGiven) return show(options.id, options, context);
  if (!isGiven || options.id !== undefined) {
    throw new OperatorError(
      'usage',
      'Pass what to find: --key, --token, --request-id, --owner, --namespace (of several, all must match), or --id alone.',
    );
  }
  const session = await open(options, context);
  if (options.estimate) return session.estimate(options, output);
  const found: Seen[] = [];
  const end = await session.scan(
    {
      search: searchFor(criteria, session),
      options,
      onRecord: (seen) => found.push(seen) < options.limit,
    },
    output,
  );
  const isCut = found.length >= options.limit;
  const nowMs = session.now();
  if (output.isJson) {
    output.json(foundJson(found, { nowMs, end, isCut }));
  } else if (found.length > maxShown) output.print(recordsText(found, nowMs, output));
  else {
    // What a scan has read may be a moment old, and has no answer.
    for (const { record } of found) {
      const seen = await session.read(record.id);
      if (seen) output.print(`${recordAndCures(seen, session, context)}\n`);
    }
  }
  const counted = `${found.length} found, of ${session.scanned(end)}.`;
  output.note(isCut ? `${counted} There may be more: --limit ${options.limit * 10}.` : counted);
  if (end.interrupted) return 'interrupted';
  if (found.length > 0) return 'done';
  output.note(notFound(criteria));
  return 'absent';
};

const notFound = ({ token, key }: Criteria): string => {
  if (token !== undefined) {
    return 'No record has this token. It is used up, has expired, was never issued, or was issued under another namespace.';
  }
  if (key !== undefined) {
    return 'No record has this key. Its requests have never reached the handler, or the record has expired; for a key made of several parts, pass each: --key A --key B.';
  }
  return 'No record matches.';
};

/** `-` keeps a key or a token out of the history of the shell. */
const fromStdin = async (options: FindOptions, { stdin }: RunContext): Promise<Criteria> => {
  const read = async (text: string): Promise<string> => {
    if (text !== '-') return text;
    const chunks: string[] = [];
    for await (const chunk of stdin) chunks.push(chunk.toString());
    return chunks.join('').trim();
  };
  return {
    ...options,
    ...(options.key && { key: await Promise.all(options.key.map(read)) }),
    ...(options.token !== undefined && { token: await read(options.token) }),
  };
};
