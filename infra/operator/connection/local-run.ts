import { account } from '../../local/account.ts';
import { type LocalRun, lookUpLocalRun } from '../../local/find-local-run.ts';
import { OperatorError } from '../operator-error.ts';

export const localAccount = { region: account.region, credentials: account.credentials };

const cure =
  'Start it with `npm start` in a clone of middy-idempotency, or say where it is: --local-url http://127.0.0.1:PORT.';

/** @throws {OperatorError} when no local run answers there */
export const findLocalRun = async (url: string): Promise<LocalRun> => {
  const lookup = await lookUpLocalRun(url);
  if ('run' in lookup) return lookup.run;
  if ('nothing' in lookup) {
    throw new OperatorError('unreachable', `No local run answers at ${url}. ${cure}`, lookup.nothing);
  }
  throw new OperatorError('unreachable', `The server at ${url} is not a local run: ${lookup.other}. ${cure}`);
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
