import { openDynamoDBSession } from '../connection/dynamodb-session.ts';
import type { ConnectionOptions } from '../connection/options.ts';
import type { Session } from '../connection/session.ts';
import type { Output } from '../output/output.ts';

/** What every command has. */
export interface RunContext {
  output: Output;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  stdin: AsyncIterable<Buffer | string>;
  /** Calls it when the command has ended. */
  onEnd(close: () => void): void;
  /** This command line with other flags in the place of those that decide whether something is done. */
  suggest(flags: readonly string[]): string;
  /** The command line of another command on a record, at the same table. */
  cure(command: string, id: string, flags?: readonly string[]): string;
}

export const open = async (options: ConnectionOptions, { signal, output, onEnd }: RunContext): Promise<Session> => {
  const opening = { signal, note: output.note };
  // The client of Redis is loaded by those who need it.
  const session =
    options.redis === undefined
      ? await openDynamoDBSession(options, opening)
      : await (await import('../connection/redis-session.ts')).openRedisSession(options.redis, options, opening);
  onEnd(session.close);
  return session;
};
