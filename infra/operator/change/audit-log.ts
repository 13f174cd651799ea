import { type FileHandle, open } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { OperatorError } from '../operator-error.ts';

/** What was done to a record, when, by whom and why: nothing in it is a key, a token, a principal or an answer. */
export interface AuditEntry {
  command: string;
  place: string;
  table: string;
  id: string;
  forced: boolean;
  reason: string | null;
  before: object;
  after: object | null;
  /** SHA-256 of the answer that was stored. */
  answer: string | null;
  /** `unknown`: nobody answered, so that it may have been done. */
  outcome: 'done' | 'refused' | 'failed' | 'unknown';
}

export interface AuditLog {
  write(entry: AuditEntry): Promise<void>;
}

/**
 * A line of JSON per change, to stderr, and to the end of a file if one is named. The file is opened before anything is changed.
 *
 * @throws {OperatorError} when it can't be
 */
export const openAuditLog = async (path: string | undefined, note: (text: string) => void): Promise<AuditLog> => {
  let file: FileHandle | undefined;
  try {
    file = path === undefined ? undefined : await open(path, 'a');
  } catch (cause) {
    throw new OperatorError(
      'usage',
      `The audit file can't be written, so nothing was changed: ${(cause as Error).message}`,
    );
  }
  return {
    write: async (entry) => {
      const by = `${userInfo().username}@${hostname()}`;
      const line = JSON.stringify({ audit: 'middy-idempotency', at: new Date().toISOString(), by, ...entry });
      note(line);
      try {
        await file?.appendFile(`${line}\n`);
      } finally {
        await file?.close();
      }
    },
  };
};
