import type { MiddlewareObj } from '@middy/core';
import {
  type IdempotencyKeyOptions,
  type IdempotencyStore,
  idempotencyKey,
  issueToken,
  singleUseToken,
} from '../../functions/idempotency/entries/main.ts';
import { deletingStore } from './deleting-store.ts';
import { dayMs, durableLeaseMs } from './plan.ts';

export type OperationOptions = Required<
  Pick<IdempotencyKeyOptions, 'store' | 'now' | 'retentionSeconds' | 'afterCrash' | 'onEvent'>
> &
  Pick<IdempotencyKeyOptions, 'leaseMs'>;

/** A way to protect a handler, and the header that all requests of one operation carry. */
export interface ProtectedOperation {
  /** @default memoryStore */
  createStore?: () => IdempotencyStore;
  middleware(options: OperationOptions): MiddlewareObj<unknown, unknown, Error>;
  header(store: IdempotencyStore, nowMs: number): Promise<Record<string, string>>;
}

const issue = async (store: IdempotencyStore, nowMs: number): Promise<Record<string, string>> => ({
  token: await issueToken(store, { scope: 'anonymous', ttlSeconds: (7 * dayMs) / 1000, now: () => nowMs }),
});

/** The default, and that a handler may not know what came of it. */
const storeResponse = ({ statusCode }: { statusCode: number }) => (statusCode === 504 ? 'unknown' : statusCode < 400);

export const keyed: ProtectedOperation = {
  middleware: (options) => idempotencyKey({ storeResponse, ...options }) as MiddlewareObj<unknown, unknown, Error>,
  header: async () => ({ 'idempotency-key': 'order-1' }),
};

/** Under a lease that several tries of an execution fit in. */
export const durable: ProtectedOperation = {
  ...keyed,
  middleware: (options) => keyed.middleware({ ...options, leaseMs: durableLeaseMs }),
};

export const retainedToken: ProtectedOperation = {
  middleware: (options) =>
    singleUseToken({ retainResult: true, storeResponse, ...options }) as MiddlewareObj<unknown, unknown, Error>,
  header: issue,
};

export const consumedToken: ProtectedOperation = {
  createStore: deletingStore,
  middleware: ({ store, now, onEvent }) => singleUseToken({ store, now, onEvent }),
  header: issue,
};
