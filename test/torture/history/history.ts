import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { ClientKind, EntryPoint } from '../entry-points.ts';

/**
 * What happened, in the order in which the parent process learned it. `at` is in milliseconds since the start, by the parent's clock,
 * and no two lines have the same.
 */
export type HistoryLine = { at: number; operation: string; invocation: string } & (
  | { kind: 'asked'; entry: EntryPoint; client: ClientKind; deadlineAt: number; settling?: true }
  /** The library called the store, and this is what it was told. */
  | { kind: 'called'; verb: string; outcome: string }
  | HandlerLine
  /** The process died while it was busy with this invocation. */
  | { kind: 'killed' }
  | ({ kind: 'answered' } & Answer)
  /** The caller was left without an answer. */
  | { kind: 'unanswered' }
);

/** What a handler does. It goes on when the parent has the line: so an effect has happened just when there is its line. */
export type HandlerLine =
  | { kind: 'started'; attempt?: number; previous?: string }
  | { kind: 'effect' }
  | { kind: 'ended'; how: 'returned' | 'threw' | 'answered 500'; body?: string };

export interface Answer {
  status: number;
  /** Of a refusal by the library. */
  code?: string;
  retryable?: boolean;
  /** What a refusal says in words. */
  detail?: string;
  replayed?: true;
  body?: string;
  /** What the library reported to `onEvent` by then. */
  events: readonly string[];
}

/** What lies in the tables of `uniqueIndex` in the end. */
export interface FinalState {
  /** `run` is the invocation that made it. */
  items: readonly { operation: string; run: string; unique: boolean }[];
  /** The operations whose unique values are held. */
  guards: readonly { operation: string | undefined }[];
  stock: { initial: number; left: number };
  /** All that lies in the table that is written by any verb, guards included. */
  users: readonly Record<string, AttributeValue>[];
}

export interface History {
  lines: readonly HistoryLine[];
  final: FinalState;
}

type WithoutTime<Line> = Line extends unknown ? Omit<Line, 'at'> : never;

export interface Recorder {
  readonly lines: readonly HistoryLine[];
  /** Milliseconds since the start. */
  now(): number;
  record(line: WithoutTime<HistoryLine>): void;
}

export const createRecorder = (): Recorder => {
  const startMs = performance.now();
  const lines: HistoryLine[] = [];
  let last = -1;
  const now = () => performance.now() - startMs;
  return {
    lines,
    now,
    record: (line) => {
      last = Math.max(now(), last + 0.001);
      lines.push({ ...line, at: last } as HistoryLine);
    },
  };
};
