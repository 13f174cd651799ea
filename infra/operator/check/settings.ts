/** What a check goes by, from the command line and the configuration file. */
export interface CheckSettings {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  /** Of the same operation's form, but another payload. Without it one value of `body` is changed. */
  otherBody: string | undefined;
  keyHeader: string;
  keyOptional: boolean;
  replayHeader: string;
  otherCaller: Readonly<Record<string, string>> | undefined;
  /** How the target is made to fail: by headers, by a body, or by commands around the request. */
  fail: FailSettings | undefined;
  /** Headers that make the target take its time. */
  slow: Readonly<Record<string, string>>;
  effects: EffectsSettings | undefined;
  windowMs: number | undefined;
  origin: string | undefined;
  safeUrl: string;
  maxRequests: number;
  concurrency: number;
  timeoutMs: number;
  /** How long a repeat after a failure is sent again, as `Retry-After` says. */
  patienceMs: number;
}

export interface FailSettings {
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  command: string | undefined;
  mendCommand: string | undefined;
}

export type EffectsSettings = { url: string; path: string } | { command: string };
