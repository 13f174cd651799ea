import type { MiddlewareObj } from '@middy/core';
import {
  type IdempotencyKeyOptions,
  type IdempotencyStore,
  idempotencyKey,
  issueToken,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { dayMs } from './plan.ts';

export type OperationOptions = Required<
  Pick<IdempotencyKeyOptions, 'store' | 'now' | 'retentionSeconds' | 'afterCrash' | 'onEvent'>
>;

/** A way to protect a handler, and the header that all requests of one operation carry. */
export interface ProtectedOperation {
  middleware(options: OperationOptions): MiddlewareObj<unknown, unknown, Error>;
  header(store: IdempotencyStore, nowMs: number): Promise<Record<string, string>>;
}

const issue = async (store: IdempotencyStore, nowMs: number): Promise<Record<string, string>> => ({
  token: await issueToken(store, { scope: 'anonymous', ttlSeconds: (7 * dayMs) / 1000, now: () => nowMs }),
});

export const keyed: ProtectedOperation = {
  middleware: (options) => idempotencyKey(options) as MiddlewareObj<unknown, unknown, Error>,
  header: async () => ({ 'idempotency-key': 'order-1' }),
};

export const retainedToken: ProtectedOperation = {
  middleware: (options) => singleUseToken({ retainResult: true, ...options }) as MiddlewareObj<unknown, unknown, Error>,
  header: issue,
};

export const consumedToken: ProtectedOperation = {
  middleware: ({ store, now, onEvent }) => singleUseToken({ store, now, onEvent }),
  header: issue,
};
