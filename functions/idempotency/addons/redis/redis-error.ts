import { StoreError } from '../../record/store.ts';

/** How the server begins what it says no with, and how Valkey GLIDE repeats that. */
const reply = /^(?:An error was signalled by the server: - )?-?([A-Z]{2,}|[A-Z][A-Za-z]+)(?: |: )/;

/** The names that Valkey GLIDE has for codes. */
const glideNames: Readonly<Record<string, string>> = {
  NoScriptError: 'NOSCRIPT',
  ReadOnly: 'READONLY',
  BusyLoadingError: 'LOADING',
  ResponseError: 'ERR',
  PermissionDenied: 'NOPERM',
};

/** The code of the server's answer; `undefined` when it has not answered. */
export const codeOf = (error: unknown): string | undefined => {
  const [, code = ''] = reply.exec(String((error as Error | undefined)?.message)) ?? [];
  if (/^[A-Z]+$/.test(code)) return code;
  return glideNames[code];
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
  NOPERM: ' Let the user run EVALSHA and EVAL on keys that begin with `keyPrefix`: docs/redis.md has the ACL rule.',
  WRONGTYPE: ' Something else is under this key: choose another `keyPrefix`.',
  MOVED: ' The server is a part of a cluster: use the cluster client of your library.',
  READONLY: ' This server is a replica: connect to the primary.',
  OOM: ' The server is full: give it more memory.',
};

const unreachable = ' Check the address, and how the function gets there (VPC, security group, TLS).';

export const isUnknownScript = (error: unknown): boolean => codeOf(error) === 'NOSCRIPT';

/** Whether a try that failed so may have been applied all the same: nobody answered. */
export const mayHaveBeenApplied = (error: unknown): boolean =>
  codeOf(error) === undefined &&
  !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|The client is closed/.test(String((error as Error | undefined)?.message));

/** Whether sending it again can help: always, unless the server understood it and said no for good. */
export const isTransient = (error: unknown): boolean => !lasting.has(codeOf(error) ?? '');

/** Nobody answered: it may have been applied, or yet be. */
export class UnansweredCall extends StoreError {}

export const toStoreError = (thrown: unknown, verb: string, isSent: boolean): StoreError => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = codeOf(error);
  const cure = code === undefined ? unreachable : (cures[code] ?? '');
  const Failure = isSent ? UnansweredCall : StoreError;
  return new Failure(`${verb} on Redis failed: ${error.name}: ${error.message.replace(/\.?$/, '.')}${cure}`, {
    retryable: isTransient(error),
    cause: thrown,
  });
};
