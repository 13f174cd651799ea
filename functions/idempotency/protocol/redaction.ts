import { withTimeLimit } from '../base/deadline.ts';
import { parseWritten } from '../base/parse-json.ts';
import { readAtOnce } from '../base/read-at-once.ts';
import { jsonOf, type Outcome, type UnkeptOutcome } from '../record/result.ts';
import { asSent } from '../request/http/as-sent.ts';
import { isHttpResponse, lastingOf } from '../request/http/response.ts';
import type { Operation } from '../request/operation.ts';
import { callbackLimitMs } from './callback-limit.ts';
import type { Report } from './event.ts';
import type { AnyResult } from './verdict.ts';

/** What is remembered in place of a response: of its type, so that a repeat gets what the first caller could have got. */
export type ToStore<TResult = AnyResult> = (response: TResult) => TResult | Promise<TResult>;

/** A user's word on what may be kept. */
export interface Redaction {
  toStore?: ToStore | undefined;
}

/**
 * What is remembered of what a handler returned. A callback that fails must not be why a secret is stored: then nothing is. It gets a copy,
 * so that what it does to it never reaches the first caller.
 */
export const createRedaction = (
  { toStore }: Redaction,
  { now, report }: { now: () => number; report: Report },
): ((value: unknown, hasStatus: boolean, operation: Operation) => Promise<Outcome | UnkeptOutcome>) => {
  const redacted = async (json: string, hasStatus: boolean, limitMs: number): Promise<Outcome> => {
    const copy = parseWritten(json);
    const wasResponse = hasStatus && isHttpResponse(copy);
    const storedJsonOf = (given: unknown): string => {
      const sent = asSent(given);
      const stored = hasStatus ? lastingOf(sent) : sent;
      const storedJson = jsonOf(stored);
      if (typeof storedJson !== 'string')
        throw new TypeError(
          `toStore returned ${storedJson?.unkept ?? typeof given}: return the response to be remembered, as JSON.`,
        );
      if (wasResponse && !isHttpResponse(stored))
        throw new TypeError('toStore returned no response: return one with a statusCode.');
      return storedJson;
    };
    const storedJson = await withTimeLimit(limitMs, async () => readAtOnce(toStore?.(copy), storedJsonOf));
    return {
      thrown: false,
      value: parseWritten(storedJson),
      ...(storedJson !== json && { redacted: true }),
    };
  };

  return async (value, hasStatus, operation) => {
    const kept = hasStatus ? withoutSession(value) : ({ thrown: false, value } as const);
    const json = toStore && !('unkept' in kept) ? jsonOf(kept.value) : undefined;
    if (typeof json !== 'string') return kept;
    try {
      return await redacted(json, hasStatus, callbackLimitMs(operation, now()));
    } catch (error) {
      report('callback-failed', operation, { callback: 'toStore', error });
      return { unkept: 'not redacted' };
    }
  };
};

/** Cookies belong to the session of the first caller. A response that can't be read can't be kept, but it is done. */
const withoutSession = (response: unknown): { thrown: false; value: unknown } | UnkeptOutcome => {
  try {
    return { thrown: false, value: lastingOf(response) };
  } catch {
    return { unkept: 'not JSON' };
  }
};
