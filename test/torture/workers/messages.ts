import type { ClientKind, EntryPoint } from '../entry-points.ts';
import type { Answer, HandlerLine, HistoryLine } from '../history/history.ts';

export interface Tables {
  records: string;
  orders: string;
  stock: string;
  users: string;
}

/** What a worker process is given when it starts, as JSON. */
export interface WorkerSettings {
  endpoint: string;
  client: ClientKind;
  tables: Tables;
  /** How far its clock is ahead of the machine's. */
  skewMs: number;
  /** Whether Middy answers for a handler that is still running just before the deadline. */
  answersEarly: boolean;
  plant: string | undefined;
}

/** What a handler is to do. */
export interface RunPlan {
  /** Before the effect. */
  workMs: number;
  ending: 'returns' | 'throws before' | 'throws after' | 'answers 500';
  /** Of the answer: a large one is kept compressed. */
  fillerLength: number;
}

export interface InvocationRequest {
  operation: string;
  invocation: string;
  entry: EntryPoint;
  token: string | undefined;
  deadlineEpochMs: number;
  plan: RunPlan;
}

export type ToWorker = ({ type: 'invoke' } & InvocationRequest) | { type: 'recorded'; line: number };

type Called = Pick<Extract<HistoryLine, { kind: 'called' }>, 'kind' | 'verb' | 'outcome'>;

export type WorkerLine = HandlerLine | Called;

export type FromWorker =
  | { type: 'ready' }
  /** With a number it is waited for. */
  | { type: 'line'; invocation: string; operation: string; line: WorkerLine; number?: number }
  | { type: 'answer'; invocation: string; answer: Answer };
