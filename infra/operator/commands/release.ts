import { resolve } from '../../../functions/idempotency/protocol/resolve.ts';
import { type ChangeOptions, changeRecord } from '../change/change-record.ts';
import { refusal, whetherResolved } from '../change/resolution.ts';
import { simulateResolve } from '../change/simulate.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import type { ExitName } from '../exit-codes.ts';
import { readRecordId } from './record-id.ts';
import { open, type RunContext } from './run-context.ts';

export interface ReleaseOptions extends ConnectionOptions, ChangeOptions {
  retention: number;
}

/** Frees an operation that was not done: the next request runs it. */
export const release = async (id: string, options: ReleaseOptions, context: RunContext): Promise<ExitName> => {
  const session = await open(options, context);
  return changeRecord(
    session,
    {
      command: 'release',
      id: readRecordId(id),
      options,
      look: context.cure('show', readRecordId(id)),
      suggest: context.suggest,
      plan: (seen, holder, nowMs) => {
        const expiresAtSeconds = Math.ceil(nowMs / 1000) + options.retention;
        const request = { id: seen.record.id, nowMs, expiresAtSeconds, holder };
        const { outcome, after } = simulateResolve(seen, request, session.isPowertools);
        if (outcome !== 'resolved') throw refusal(seen, nowMs);
        const settings = { now: session.now, retentionSeconds: options.retention, holder };
        return {
          after,
          warnings: ['if it was done after all, the next request does it a second time. Check first.'],
          write: () => whetherResolved(resolve(session.store, seen.record.id, { release: true }, settings)),
        };
      },
    },
    context.output,
  );
};
