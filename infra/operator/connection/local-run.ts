import { account } from '../../local/account.ts';
import { OperatorError } from '../operator-error.ts';

/** What the local run tells of itself. */
export interface LocalRun {
  endpoint: string;
  /** From logical id to local name. */
  tables: Record<string, string>;
}

export const localAccount = { region: account.region, credentials: account.credentials };

const cure =
  'Start it with `npm start` in a clone of middy-idempotency, or say where it is: --local-url http://127.0.0.1:PORT.';

/** @throws {OperatorError} when nothing runs there */
export const findLocalRun = async (url: string): Promise<LocalRun> => {
  try {
    const response = await fetch(new URL('/_local', url));
    if (response.ok) return (await response.json()) as LocalRun;
  } catch (cause) {
    throw new OperatorError('unreachable', `No local run answers at ${url}. ${cure}`, cause);
  }
  throw new OperatorError('unreachable', `What answers at ${url} is no local run. ${cure}`);
};

/** The local name of a table, by its own or by how the stack calls it. */
export const localTable = ({ tables }: LocalRun, wanted: string): string => {
  const names = Object.values(tables);
  const found = names.includes(wanted)
    ? wanted
    : Object.entries(tables).find(([logicalId]) => logicalId.startsWith(wanted))?.[1];
  if (found) return found;
  throw new OperatorError('usage', `The local run has no table ${wanted}. It has: ${names.join(', ')}.`);
};
