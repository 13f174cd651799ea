import { StoreError } from '../../record/store.ts';

/** How the server begins what it says no with: `NOPERM this user …`, in Valkey GLIDE also `NOAUTH: …`. */
const reply = /^-?([A-Z]{2,}):? /;

/** What a script was stopped by that a user may not do, after whatever it has done already. */
const forbiddenInside = /executing the script can't/;

/** How Valkey GLIDE repeats the answers that it has a name for: `… - ReadOnly: …`. */
const named = /signalled by the server: - (\w+?)(?:Error)?: /;

/** Where that name isn't the code in other letters. */
const codes: Readonly<Record<string, string>> = { BUSYLOADING: 'LOADING', RESPONSE: 'ERR', PERMISSIONDENIED: 'NOPERM' };

const messageOf = (error: unknown): string => String((error as Error | undefined)?.message);

/** The code of the server's answer; `undefined` when it has not answered. */
export const codeOf = (error: unknown): string | undefined => {
  const message = messageOf(error);
  if (forbiddenInside.test(message)) return 'NOPERM';
  const name = named.exec(message)?.[1]?.toUpperCase();
  return name === undefined ? reply.exec(message)?.[1] : (codes[name] ?? name);
};

/** What the server will say again until somebody does something about it. */
const lasting: ReadonlySet<string> = new Set([
  'ERR',
  'NOAUTH',
  'WRONGPASS',
  'NOPERM',
  'WRONGTYPE',
  'MOVED',
  'CROSSSLOT',
]);

const cures: Readonly<Record<string, string>> = {
  NOAUTH: ' Give the client a user and a password.',
  WRONGPASS: ' Give the client the right user and password; those of IAM are good for 15 minutes.',
  NOPERM:
    ' Let the user run EVALSHA and EVAL on keys that begin with `keyPrefix`, and what the scripts run: docs/redis.md has the ACL rule.',
  WRONGTYPE: ' Something else is under this key: choose another `keyPrefix`.',
  MOVED: ' The server is a part of a cluster: use the cluster client of your library.',
  READONLY: ' This server is a replica: connect to the primary.',
  OOM: ' The server is full: give it more memory.',
};

const notConnected = ' Call `connect()` of the client, outside the handler.';
const unreachable = ' Check the address, and how the function gets there (VPC, security group, TLS).';

export const isUnknownScript = (error: unknown): boolean => codeOf(error) === 'NOSCRIPT';

const isClosed = (error: unknown): boolean => /The client is closed/.test(messageOf(error));

/** Scripts aren't taken back. What isn't for them at all stops them before they write: no memory, a replica, another type. */
const stoppedHalfway = (error: unknown): boolean =>
  /@user_script/.test(messageOf(error)) && ['NOPERM', 'ERR'].includes(codeOf(error) ?? '');

/** Whether a try that failed so may have been applied all the same: nobody answered, or it stopped in its middle. */
export const mayHaveBeenApplied = (error: unknown): boolean =>
  codeOf(error) === undefined
    ? !isClosed(error) && !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(messageOf(error))
    : stoppedHalfway(error);

/** Whether sending it again can help: always, unless the server understood it and said no for good. */
export const isTransient = (error: unknown): boolean => !lasting.has(codeOf(error) ?? '');

/** Nobody answered what came of it: it may have been applied, or yet be. Who has claimed so takes the claim back. */
export class UnansweredCall extends StoreError {
  constructor(message: string, cause?: unknown) {
    super(message, { retryable: true, cause });
  }
}

export const toStoreError = (thrown: unknown, verb: string, isSent: boolean): StoreError => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = codeOf(error);
  const cure = code === undefined ? (isClosed(error) ? notConnected : unreachable) : (cures[code] ?? '');
  const message = `${verb} on Redis failed: ${error.name}: ${error.message.replace(/\.?$/, '.')}${cure}`;
  return isSent
    ? new UnansweredCall(message, thrown)
    : new StoreError(message, { retryable: isTransient(error), cause: thrown });
};
