import { attempt, type Try } from './attempt.ts';
import { ClientError, type ClientErrorCode, type Outcome } from './client-error.ts';
import type { ClientEvent } from './client-event.ts';
import { fixRequest } from './fixed-request.ts';
import { keepKey } from './keep-key.ts';
import type { KeyStore, StoredKey } from './keys/key-store.ts';
import type { OperationName } from './operation-name.ts';
import { type ClientOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { pause, pauseMs } from './pause.ts';
import { secondsMs } from './seconds.ts';
import { isPutOff, judge } from './verdict.ts';

export interface Caller {
  (input: string | URL | Request, init: RequestInit & OperationName): Promise<Response>;
  /** Forgets an intention, so that its name may be used again. Call it once the answer has been put to use. */
  forget(intention: string): Promise<void>;
}

/** The words by which a server knows an operation. */
export interface KeyProtocol {
  /** Puts the key where the server looks for it. */
  setKey(headers: Headers, key: string): void;
  makeKey(request: Request, options: ResolvedOptions): Promise<string>;
}

type EventDetails<Event = ClientEvent> = Event extends ClientEvent ? Omit<Event, 'intention' | 'key'> : never;

/** What all ways to send an operation once have in common. */
export const createCaller = (owner: string, given: ClientOptions, { setKey, makeKey }: KeyProtocol): Caller => {
  const options = resolveOptions(owner, given);
  const { giveUpAfterMs, timeoutMs, windowMs, ask, onEvent } = options;

  const send = async (request: Request, intention: string, ownKey: string | undefined): Promise<Response> => {
    const { headers, signal } = request;
    const { body, print } = await fixRequest(request);
    const toStored = (key: string): StoredKey => ({ key, print, untilMs: Date.now() + windowMs });
    const keys = ownKey
      ? ({ update: async (_: string, change: (found: StoredKey) => StoredKey) => change(toStored(ownKey)) } as KeyStore)
      : options.keys;
    if (!keys || !ownKey === !intention || typeof (ownKey || intention) !== 'string') {
      throw new TypeError(`${owner}: needs a string: \`key\`, or \`intention\` with \`keys\``);
    }
    const make = async () => toStored(await makeKey(request, options));
    const endMs = Date.now() + giveUpAfterMs;
    let [stored, isFresh] = await keepKey(keys, intention, print, make);

    const failed = (code: ClientErrorCode, last?: Try): ClientError => {
      const outcome: Outcome = stored.done ? 'done' : isFresh ? 'not done' : 'unknown';
      return new ClientError(code, { ...last, outcome, key: stored.key });
    };
    const tell = (event: EventDetails): void => {
      void Promise.resolve({ ...event, intention, key: stored.key })
        .then(onEvent)
        .catch(console.error);
    };
    // What the server has answered is the caller's, whatever becomes of this: the next call sends the same key, or asks.
    const save = (next: StoredKey | undefined): Promise<unknown> =>
      keys
        .update(intention, (found) =>
          found?.key === stored.key ? next && { ...next, doubt: found.doubt || next.doubt } : found,
        )
        .catch(console.error);

    for (let tries = 1; ; tries += 1) {
      // The server may have forgotten the key: to send it again could be to do it again.
      if (Date.now() + timeoutMs > stored.untilMs) {
        if (!isFresh) {
          const found = await ask?.({ intention, key: stored.key, signal });
          if (found) {
            await save({ ...stored, done: true });
            return found;
          }
          if (stored.done) throw failed('DONE');
          if (!ask || ownKey) throw failed('IN_DOUBT');
        }
        [stored, isFresh] = await keepKey(keys, intention, print, make, stored.key);
      }
      signal.throwIfAborted();
      if (stored.print !== print) throw failed('KEY_REUSED');
      tell({ type: 'sending', attempt: tries });
      const sentMs = Date.now();
      setKey(headers, stored.key);
      const last = await attempt((trySignal) => new Request(request, { body, signal: trySignal }), signal, options);
      const { response } = last;
      if (response) {
        const before = stored;
        const rememberedMs = secondsMs(response, 'idempotency-key-max-age');
        if (rememberedMs >= 0) stored = { ...stored, untilMs: sentMs + rememberedMs };
        const [keep, error] = judge(last, isFresh, stored.done);
        const kept = {
          done: { ...stored, done: true as const },
          correctable: { ...stored, print: '', doubt: !isFresh },
          nothing: undefined,
          same: stored,
        }[keep];
        if (kept !== before) await save(kept);
        if (error) {
          stored = kept ?? stored;
          isFresh = error === 'REFUSED';
          throw failed(error, last);
        }
        if (keep !== 'same') {
          tell({
            type: 'answered',
            response,
            replayed: response.headers.has('idempotent-replayed'),
            redacted: response.headers.has('idempotent-redacted'),
          });
          return response;
        }
      }
      isFresh &&= !!response && isPutOff(response.status);
      const ms = pauseMs(response, tries);
      if (Date.now() + ms >= endMs) throw failed('GAVE_UP', last);
      tell({ type: 'waiting', ms, last });
      await pause(ms, signal);
    }
  };

  const call = async (
    input: string | URL | Request,
    { intention = '', key, ...init }: RequestInit & OperationName,
  ): Promise<Response> => {
    const request = new Request(input, init);
    const { signal } = request;
    signal.throwIfAborted();
    // Whatever it is that the call waits for at that moment.
    const aborted = new Promise<never>((_, reject) => {
      signal.onabort = () => reject(signal.reason);
    });
    return Promise.race([send(request, intention, key), aborted]);
  };

  return Object.assign(call, {
    async forget(intention: string) {
      await options.keys?.update(intention, () => undefined);
    },
  });
};
