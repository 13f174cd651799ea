import { type ChangeOptions, changeRecord } from '../change/change-record.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import type { ExitName } from '../exit-codes.ts';
import type { Seen } from '../records/seen.ts';
import { type State, stateOf } from '../records/state.ts';
import { readRecordId } from './record-id.ts';
import { open, type RunContext } from './run-context.ts';

const again = 'the next request runs it again, though it was done. Its effect happens twice unless you have undone it.';
const maybe =
  'whether it was done is forgotten too: the next request runs it as the first, with `previous` undefined. Better `release` it.';

const warnings: Readonly<Record<State, string | undefined>> = {
  done: again,
  unavailable: again,
  running: maybe,
  crashed: maybe,
  released: 'the next request may have another payload than the earlier attempts, and is told of none of them.',
  issued: 'the token can’t be used any more.',
  expired: undefined,
};

/** Deletes a record, as if the operation had never been asked for. */
export const forget = async (
  id: string,
  options: ConnectionOptions & ChangeOptions,
  context: RunContext,
): Promise<ExitName> => {
  const session = await open(options, context);
  return changeRecord(
    session,
    {
      command: 'forget',
      id: readRecordId(id),
      options,
      look: context.cure('show', readRecordId(id)),
      suggest: context.suggest,
      plan: (seen: Seen, _holder, nowMs) => {
        const warning = warnings[stateOf(seen, nowMs)];
        return {
          after: undefined,
          warnings: warning === undefined ? [] : [warning],
          write: () => session.forget(seen),
        };
      },
    },
    context.output,
  );
};
