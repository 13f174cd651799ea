import type { Context } from 'aws-lambda';
import { type HttpRequest, toHttpRequest } from './http/request.ts';

/** What has arrived, read once: whatever is asked of it later is asked of this. */
export interface Incoming {
  readonly event: unknown;
  /** Lambda's, or that of a durable execution. */
  readonly context: Context;
  readonly http: HttpRequest | undefined;
}

export const toIncoming = (event: unknown, context: Context): Incoming => ({
  event,
  context,
  http: toHttpRequest(event),
});
