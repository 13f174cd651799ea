import { isDeepStrictEqual } from 'node:util';
import { digest } from '../../../functions/idempotency/base/hash.ts';
import type { EncodedResult } from '../../../functions/idempotency/record/result.ts';
import { StoreError, type Writer } from '../../../functions/idempotency/record/store.ts';
import type { Session } from '../connection/session.ts';
import type { ExitName } from '../exit-codes.ts';
import { OperatorError } from '../operator-error.ts';
import type { Output } from '../output/output.ts';
import { recordText } from '../output/record-text.ts';
import { type Judged, nextRequest } from '../records/next-request.ts';
import { recordView } from '../records/record-view.ts';
import type { Seen } from '../records/seen.ts';
import { stateOf } from '../records/state.ts';
import { openAuditLog } from './audit-log.ts';
import { checkHolder, type HolderOptions } from './check-holder.ts';

export interface ChangeOptions extends HolderOptions {
  yes?: boolean;
  reason?: string;
  auditFile?: string;
}

/** What a command would do to a record, and how. */
export interface Change {
  /** The record afterwards; `undefined` when it is gone. */
  after: Judged | undefined;
  /** What to be careful about. */
  warnings: readonly string[];
  /** The answer that is stored. */
  answer?: EncodedResult;
  /** Whether it was done: not, when the record is no longer as it was seen. */
  write(): Promise<boolean>;
}

export interface ChangeRequest {
  command: 'release' | 'complete' | 'forget';
  id: string;
  options: ChangeOptions;
  /** The command line that shows the record. */
  look: string;
  /** This command line with other flags. */
  suggest(flags: readonly string[]): string;
  /** @throws {OperatorError} `refused`, when the library's rules forbid it */
  plan(seen: Seen, holder: Writer | undefined, nowMs: number): Change;
}

const summary = ({ record, encoding }: Judged, nowMs: number) => ({
  state: stateOf({ record, encoding }, nowMs),
  attempt: record.attempt ?? null,
  owner: record.owner ?? null,
});

const isSame = (one: Judged | undefined, other: Judged | undefined): boolean =>
  one?.record.status === other?.record.status &&
  one?.record.owner === other?.record.owner &&
  one?.record.attempt === other?.record.attempt &&
  isDeepStrictEqual(one?.record.result, other?.record.result);

/** Reads a record, says what would become of it, and, told to, does it: if it is still as it was read. */
export const changeRecord = async (session: Session, request: ChangeRequest, output: Output): Promise<ExitName> => {
  const { id, options, command } = request;
  const nowMs = session.now();
  const seen = await session.read(id);
  if (!seen) {
    throw new OperatorError(
      'absent',
      `There is no record ${id} in ${session.name}. It was never claimed, was forgotten, or has expired.`,
    );
  }
  const suggest = (flags: readonly string[]) =>
    request.suggest([...(seen.record.owner === undefined ? [] : ['--owner', seen.record.owner]), ...flags]);
  const holder = checkHolder(seen, options, nowMs, (flags) => suggest([...flags, '--yes']));
  const change = request.plan(seen, holder, nowMs);
  const next = nextRequest(change.after, nowMs);
  const before = recordView(seen, nowMs);
  const toCome = { command, id, before, after: change.after ? summary(change.after, nowMs) : null, nextRequest: next };

  if (!options.yes) {
    const flags = [...(options.force ? ['--force'] : []), '--yes'];
    if (output.isJson) output.json({ ...toCome, dryRun: true, outcome: 'would be done', warnings: change.warnings });
    else {
      output.print(recordText(seen, nowMs, output));
      output.print('');
      output.print(`${command} would make it: ${afterText(change.after, nowMs)}.`);
      output.print(`The next request with its key would get: ${next.text}`);
      for (const warning of change.warnings) output.print(output.style('yellow', `Careful: ${warning}`));
      output.print(`\nNothing was changed: this was a dry run. To do it:\n  ${suggest(flags)}`);
    }
    return 'done';
  }

  const audit = await openAuditLog(options.auditFile, output.note);
  const entry = {
    command,
    place: session.place,
    table: session.name,
    id,
    forced: before.state === 'running',
    reason: options.reason ?? null,
    before: summary(seen, nowMs),
    after: toCome.after,
    answer: change.answer && 'data' in change.answer ? digest(change.answer.data) : null,
  };
  const outcome = await change.write().then(
    (written) => (written ? 'done' : 'refused'),
    async (error: unknown) => {
      const isUnknown = StoreError.is(error) && session.mayHaveBeenApplied(error);
      await audit.write({ ...entry, outcome: isUnknown ? 'unknown' : 'failed' });
      if (isUnknown) output.note(`It may have been done after all. To check: ${request.look}`);
      throw error;
    },
  );
  // The answer to a write may be lost, and its retry then be refused by what it has written itself.
  const now = outcome === 'refused' ? await session.read(id) : undefined;
  const isDone = outcome === 'done' || isSame(now, change.after);
  await audit.write({ ...entry, outcome: isDone ? 'done' : 'refused' });
  if (!isDone) {
    const state = now
      ? `${stateOf(now, session.now())}${now.record.owner ? `, of owner ${now.record.owner}` : ''}`
      : 'gone';
    throw new OperatorError('refused', `It has changed meanwhile: it is ${state} now. Nothing was changed.`);
  }
  if (output.isJson) output.json({ ...toCome, dryRun: false, outcome: 'done', warnings: change.warnings });
  else {
    output.print(`Done: ${id} is ${afterText(change.after, nowMs)}.`);
    output.print(`The next request with its key gets: ${next.text}`);
  }
  return 'done';
};

const afterText = (after: Judged | undefined, nowMs: number): string => {
  if (!after) return 'forgotten: there is no record';
  const { attempt } = after.record;
  return `${stateOf(after, nowMs)}${attempt === undefined ? '' : `, attempt ${attempt}`}`;
};
