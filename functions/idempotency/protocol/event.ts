import type { IdempotencyError, IdempotencyErrorCode } from '../base/error.ts';
import { warn } from '../base/warn.ts';
import type { PreviousOutcome, SilentClaim } from '../record/record.ts';
import type { UnavailableReason } from '../record/result.ts';
import type { Operation } from '../request/operation.ts';

/** Something that happened to an operation, for metrics and logs. */
export interface IdempotencyEvent extends EventSubject, EventDetails {
  readonly type: IdempotencyEventType;
  readonly severity: EventSeverity;
}

/** `trouble` needs somebody's attention. */
export type EventSeverity = 'normal' | 'trouble';

/** The operation and the invocation that an event is about. */
export interface EventSubject {
  /** The record's id in the store, where the operation has one. */
  readonly id?: string;
  /** The key, or the token, as text. `JSON.stringify`, `console.log` and spreads leave it out, so that it isn't logged by accident. */
  readonly key?: string;
  readonly namespace?: string;
  /** Who holds the claim, or asked for it: unique per invocation, in a durable function per execution. */
  readonly owner?: string;
  /** Lambda's request id. */
  readonly requestId?: string | undefined;
}

export interface EventDetails {
  /** Which run of the operation it is, counted from 1. */
  readonly attempt?: number;
  readonly code?: IdempotencyErrorCode;
  /** Which of your callbacks failed. */
  readonly callback?: string;
  /** How earlier runs ended, the worst of them. */
  readonly previous?: PreviousOutcome;
  /** Whose claim was taken over, after its lease had ended. */
  readonly tookOver?: SilentClaim;
  /** Why a result can't be kept. */
  readonly reason?: UnavailableReason;
  /** Whether a replay is what `toStore` returned, not all that the first caller got. */
  readonly redacted?: true;
  readonly error?: unknown;
  /** How long the handler ran, in milliseconds. */
  readonly handlerMs?: number;
  /** How long this request has waited for the store up to now, in milliseconds. */
  readonly storeMs?: number;
}

/** What is no reason to look. */
export type NormalEventType =
  /** The operation is claimed, and its handler runs next. */
  | 'claimed'
  /** A repeat got the remembered answer. */
  | 'replayed'
  /** The handler has run, and its answer is remembered. */
  | 'completed'
  /** The operation failed, or was not acted upon, and may be tried again at once. */
  | 'released'
  /** The handler has not run, or passed on what an inner operation refused: the claim was taken back, and counts for nothing. */
  | 'undone'
  /** The handler may still be running, so the claim stays until its lease ends. */
  | 'held'
  /** A duplicate was refused while another invocation ran the operation. */
  | 'in-progress'
  /** A key came back with another payload, and was refused. */
  | 'mismatch'
  /** A request was refused for another reason, told by its code. */
  | 'refused'
  /** A token was used up, and the handler runs next. */
  | 'token-consumed'
  /** The handler that a used-up token let run has ended, or run out of time; nothing of it is remembered. */
  | 'finished'
  /** A token was unknown, expired, used, or issued to somebody else. */
  | 'token-refused'
  /** The writes, and the answer if it is remembered, are stored. */
  | 'committed'
  /** The answer says that the request was not done, so the writes that the handler had collected were dropped. */
  | 'writes-discarded';

/** What somebody should look at. */
export type TroubleEventType =
  | 'doubted'
  | 'result-unavailable'
  | 'outcome-unknown'
  | 'callback-failed'
  | 'lease-lost'
  | 'completion-failed'
  | 'release-failed'
  | 'store-unavailable';

/** As the warning says it. */
export const troubles: Readonly<Record<TroubleEventType, string>> = {
  doubted: 'The handler could not tell whether it took effect: the operation counts as crashed.',
  'result-unavailable':
    'The result cannot be kept: the operation is done, but repeats will be refused instead of answered.',
  'outcome-unknown': 'An earlier run crashed: nothing runs again until somebody has settled it.',
  'callback-failed': 'One of your callbacks failed: the default was used instead.',
  'lease-lost': 'This invocation outlived its lease, and another one has taken over: the handler may have run twice.',
  'completion-failed':
    'The handler has run, but its answer could not be stored: after its lease the operation runs again.',
  'release-failed': 'The operation failed, but could not be freed: repeats are refused until its lease ends.',
  'store-unavailable': 'The store could not be reached, or did not answer in time.',
};

/** Everything that can happen to an operation: docs/events.md says what each means, and which metric counts it. */
export type IdempotencyEventType = NormalEventType | TroubleEventType;

export type OnEvent = (event: IdempotencyEvent) => unknown;

const refusalEvents: Partial<Record<IdempotencyErrorCode, IdempotencyEventType>> = {
  IN_PROGRESS: 'in-progress',
  OUTCOME_UNKNOWN: 'outcome-unknown',
  PAYLOAD_MISMATCH: 'mismatch',
  REPETITIVE_OPERATION: 'token-refused',
  STORE_UNAVAILABLE: 'store-unavailable',
};

/** The event of a refusal, and what it tells. */
export const refusalEvent = ({ code, cause }: IdempotencyError): [IdempotencyEventType, EventDetails] => [
  refusalEvents[code] ?? 'refused',
  { code, ...(cause !== undefined && { error: cause }) },
];

/** Tells of something that happened to an operation, or to what is known of it. */
export type Report = (type: IdempotencyEventType, subject: EventSubject | Operation, details?: EventDetails) => void;

export interface ReportOptions {
  onEvent?: OnEvent | undefined;
  quiet?: boolean | undefined;
}

/** Warns of trouble, and tells everything to the user's callback, whose failure must not change what becomes of the operation. */
export const reporter = ({ onEvent, quiet = false }: ReportOptions): Report => {
  const failed = (error: unknown) => warn('onEvent failed', { error });
  return (type, { id, key, namespace, owner, requestId }, details) => {
    const says = isTrouble(type) ? troubles[type] : undefined;
    const warns = says !== undefined && !quiet;
    if (!warns && !onEvent) return;
    const severity = says === undefined ? 'normal' : 'trouble';
    const event: IdempotencyEvent = { type, severity, ...defined({ id, namespace, owner, requestId }), ...details };
    if (warns) warn(says, event);
    if (key !== undefined) Object.defineProperty(event, 'key', { value: key });
    try {
      const returned = onEvent?.(event);
      if (returned !== undefined) Promise.resolve(returned).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
};

const isTrouble = (type: IdempotencyEventType): type is TroubleEventType => Object.hasOwn(troubles, type);

const defined = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
