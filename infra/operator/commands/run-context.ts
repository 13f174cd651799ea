import type { ConnectionOptions } from '../connection/options.ts';
import { openSession, type Session } from '../connection/session.ts';
import type { Output } from '../output/output.ts';

/** What every command has. */
export interface RunContext {
  output: Output;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  stdin: AsyncIterable<Buffer | string>;
  /** This command line with other flags in the place of those that decide whether something is done. */
  suggest(flags: readonly string[]): string;
  /** The command line of another command on a record, at the same table. */
  cure(command: string, id: string, flags?: readonly string[]): string;
}

export const open = (options: ConnectionOptions, { signal, output }: RunContext): Promise<Session> =>
  openSession(options, { signal, note: output.note });
