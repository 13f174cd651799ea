import type { ConnectionOptions } from '../connection/options.ts';
import type { Session } from '../connection/session.ts';
import type { ExitName } from '../exit-codes.ts';
import { OperatorError } from '../operator-error.ts';
import type { Output } from '../output/output.ts';
import { recordText } from '../output/record-text.ts';
import { decodedAnswer } from '../records/answer.ts';
import { recordView } from '../records/record-view.ts';
import type { Seen } from '../records/seen.ts';
import { stateOf } from '../records/state.ts';
import { readRecordId } from './record-id.ts';
import { open, type RunContext } from './run-context.ts';

export interface ShowOptions extends ConnectionOptions {
  result?: boolean;
}

export const show = async (id: string, options: ShowOptions, context: RunContext): Promise<ExitName> => {
  const session = await open(options, context);
  const seen = await session.read(readRecordId(id));
  if (!seen) {
    throw new OperatorError(
      'absent',
      `There is no record ${readRecordId(id)} in ${session.name}. It was never claimed, was forgotten, or has expired; a token's record is gone once it is used. The next request with its key runs.`,
    );
  }
  const { output } = context;
  if (output.isJson) output.json(recordView(seen, session.now(), { withResult: options.result ?? false }));
  else output.print(recordAndCures(seen, session, context, options.result));
  return 'done';
};

/** A record, and what may be done about it. */
export const recordAndCures = (seen: Seen, session: Session, context: RunContext, withResult = false): string => {
  const nowMs = session.now();
  const { output } = context;
  return [
    recordText(seen, nowMs, output),
    ...(withResult ? [answerText(seen)] : []),
    ...cures(seen, nowMs, context, output),
  ].join('\n');
};

const answerText = (seen: Seen): string => {
  const outcome = decodedAnswer(seen);
  if (!outcome) return '  There is no answer in the record.';
  const value = outcome.thrown ? { error: (outcome.error as Error).message } : outcome.value;
  return `  The answer:\n${JSON.stringify(value, undefined, 2) ?? 'undefined'}`;
};

const cures = (seen: Seen, nowMs: number, { cure }: RunContext, { style }: Output): string[] => {
  const { id, owner } = seen.record;
  const seenBy = owner === undefined ? [] : ['--owner', owner];
  const lines: Partial<Record<ReturnType<typeof stateOf>, string[]>> = {
    crashed: [
      'Check whether it was done, in the system that would have done it. Then, each a dry run first:',
      `it was done:      ${cure('complete', id, ['--with', 'answer.json', ...seenBy])}`,
      `it was not done:  ${cure('release', id, seenBy)}`,
    ],
    running: [
      'Wait for the lease to end. If you know that its run is dead, each a dry run first:',
      `it was done:      ${cure('complete', id, ['--with', 'answer.json', ...seenBy, '--force'])}`,
      `it was not done:  ${cure('release', id, [...seenBy, '--force'])}`,
    ],
    unavailable: ['To give repeats an answer, a dry run first:', cure('complete', id, ['--with', 'answer.json'])],
    done: ['If the answer is wrong, a dry run first:', cure('complete', id, ['--with', 'answer.json', '--replace'])],
  };
  const found = lines[stateOf(seen, nowMs)];
  return found ? ['', ...found.map((line, index) => (index === 0 ? `  ${line}` : style('cyan', `    ${line}`)))] : [];
};
