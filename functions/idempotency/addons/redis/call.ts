import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, ReplicaWait } from './clients/connection.ts';
import { isTransient, isUnknownScript, mayHaveBeenApplied, toStoreError, UnansweredCall } from './redis-error.ts';
import type { Script } from './scripts/script.ts';

export interface CallSettings {
  connection: Connection;
  keyPrefix: string;
  timeoutMs: number;
  waitForReplicas: ReplicaWait | undefined;
}

export interface Answered<Outcome extends string> {
  outcome: Outcome;
  /** The record that the script found: names and values in turn. */
  flat: string[];
  /** Whether an earlier try of the same call is known to have had no answer: it may yet arrive. */
  isRepeat: boolean;
}

/** A value that isn't there is an empty text. */
export type Values<Name extends string> = Readonly<Record<Name, string | number | boolean | undefined>>;

/** Calls a verb's script, `verb` being its name in messages. */
export type Call = <Name extends string, Outcome extends string>(
  verb: string,
  script: Script<Name, Outcome>,
  id: string,
  values: Values<Name>,
  signal?: AbortSignal,
) => Promise<Answered<Outcome>>;

const maxTries = 3;
const pauseMs = 25;

const hashes = new WeakMap<Script, string>();

const shaOf = (script: Script): string => {
  const sha = hashes.get(script) ?? createHash('sha1').update(script.text).digest('hex');
  hashes.set(script, sha);
  return sha;
};

/** A client may be told to answer with bytes. */
const asText = (value: unknown): unknown => {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return Array.isArray(value) ? value.map(asText) : value;
};

/** What isn't understood is neither a claim nor a refusal. */
const understood = <Outcome extends string>(verb: string, { outcomes }: Script<string, Outcome>, reply: unknown) => {
  const text = asText(reply);
  const [outcome, flat = []] = (Array.isArray(text) ? text : [text]) as [Outcome, string[]?];
  if (outcomes.includes(outcome) && Array.isArray(flat)) return { outcome, flat };
  throw new UnansweredCall(
    `${verb} on Redis: the client made ${JSON.stringify(text)} of the answer. Pass one that leaves texts and arrays as they are.`,
  );
};

/** Gives a call up when its time is over, whatever the client still does with it. */
const inTime = <Result>(call: (isOver: () => boolean) => Promise<Result>, ms: number, signal?: AbortSignal) =>
  new Promise<Result>((resolve, reject) => {
    let isOver = false;
    const giveUp = () => {
      isOver = true;
      end();
      reject(new DOMException('The time for this call is up', 'TimeoutError'));
    };
    const timer = setTimeout(giveUp, ms);
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    if (signal?.aborted) return giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    call(() => isOver)
      .then(resolve, reject)
      .finally(end);
  });

/** One call of a script a verb, on one key. */
export const createCall = ({ connection, keyPrefix, timeoutMs, waitForReplicas }: CallSettings): Call => {
  const send = async (script: Script, key: string, args: string[]): Promise<unknown> => {
    const reply = await connection.runLoaded(shaOf(script), key, args, waitForReplicas).catch((error: unknown) => {
      if (isUnknownScript(error)) return connection.run(script.text, key, args, waitForReplicas);
      throw error;
    });
    const { value, replicas = 0 } = reply;
    if (!waitForReplicas || replicas >= waitForReplicas.count) return value;
    throw new Error(
      `${replicas} of ${waitForReplicas.count} replicas had the write after ${waitForReplicas.timeoutMs} ms`,
    );
  };

  /** What is sent before there is a connection would lie in the client, and arrive when nobody counts on it any more. */
  const connected = async (isOver: () => boolean): Promise<void> => {
    while (connection.isDisconnected() && !isOver()) await sleep(pauseMs);
  };

  return async (verb, script, id, values, signal) => {
    const args = script.names.map((name) => String(values[name] ?? ''));
    let mayArrive = false;
    const tryIt = async (isOver: () => boolean): Promise<unknown> => {
      for (let tries = 1; ; tries += 1) {
        await connected(isOver);
        if (isOver()) return undefined;
        const [wasStray, breaks] = [mayArrive, connection.breaks()];
        mayArrive = true;
        try {
          const value = await send(script, keyPrefix + id, args);
          mayArrive = wasStray || connection.breaks() !== breaks;
          return value;
        } catch (error) {
          mayArrive = wasStray || mayHaveBeenApplied(error);
          if (tries === maxTries || !isTransient(error)) throw error;
          await sleep(tries * pauseMs);
        }
      }
    };
    const reply = await inTime(tryIt, timeoutMs, signal).catch((error: unknown) => {
      throw toStoreError(error, verb, mayArrive);
    });
    return { ...understood(verb, script, reply), isRepeat: mayArrive };
  };
};
