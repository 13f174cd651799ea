import type { Context } from 'aws-lambda';
import { isObject } from '../base/fields.ts';
import { type HttpRequest, toHttpRequest } from './http/request.ts';
import { isWebSocket } from './sources/web-socket.ts';

/** What has arrived, read once: whatever is asked of it later is asked of this. */
export interface Incoming {
  readonly event: unknown;
  /** Lambda's, or that of a durable execution. */
  readonly context: Context;
  readonly http: HttpRequest | undefined;
  /** Whether what called reads a status in the answer. */
  readonly hasStatus: boolean;
}

export const toIncoming = (event: unknown, context: Context): Incoming => {
  const http = toHttpRequest(event);
  return { event, context, http, hasStatus: http !== undefined || (isObject(event) && isWebSocket(event)) };
};
