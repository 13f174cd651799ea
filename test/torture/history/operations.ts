import type { ClientKind, EntryPoint } from '../entry-points.ts';
import type { Answer, HistoryLine } from './history.ts';

/** One invocation, put together from its lines. */
export interface Invocation {
  id: string;
  client: ClientKind;
  askedAt: number;
  deadlineAt: number;
  settling: boolean;
  amount: number;
  /** Of a durable execution; else none is like another. */
  execution: string;
  calls: Extract<HistoryLine, { kind: 'called' }>[];
  started: Extract<HistoryLine, { kind: 'started' }> | undefined;
  effectAt: number | undefined;
  ended: Extract<HistoryLine, { kind: 'ended' }> | undefined;
  killedAt: number | undefined;
  answer: (Answer & { at: number }) | undefined;
}

/** One whose handler was called. */
export type Run = Invocation & { started: NonNullable<Invocation['started']> };

export interface Operation {
  id: string;
  entry: EntryPoint;
  /** In the order in which they were asked for. */
  invocations: Invocation[];
  /** In the order in which their handlers were called. */
  runs: Run[];
  lines: HistoryLine[];
}

export const operationsOf = (lines: readonly HistoryLine[]): Operation[] => {
  const operations = new Map<string, Operation>();
  const invocations = new Map<string, Invocation>();
  for (const line of lines) {
    if (line.kind === 'asked') {
      const operation = operations.get(line.operation) ?? newOperation(line.operation, line.entry);
      operations.set(line.operation, operation);
      const invocation = newInvocation(line);
      invocations.set(line.invocation, invocation);
      operation.invocations.push(invocation);
    }
    const operation = operations.get(line.operation);
    const invocation = invocations.get(line.invocation);
    if (!operation || !invocation) throw new Error(`${line.invocation} of ${line.operation} was never asked for`);
    operation.lines.push(line);
    add(line, invocation);
    if (line.kind === 'started') operation.runs.push(invocation as Run);
  }
  return [...operations.values()];
};

const newOperation = (id: string, entry: EntryPoint): Operation => ({
  id,
  entry,
  invocations: [],
  runs: [],
  lines: [],
});

const newInvocation = (line: Extract<HistoryLine, { kind: 'asked' }>): Invocation => ({
  id: line.invocation,
  client: line.client,
  askedAt: line.at,
  deadlineAt: line.deadlineAt,
  settling: line.settling ?? false,
  amount: line.amount,
  execution: line.execution ?? line.invocation,
  calls: [],
  started: undefined,
  effectAt: undefined,
  ended: undefined,
  killedAt: undefined,
  answer: undefined,
});

const add = (line: HistoryLine, invocation: Invocation): void => {
  if (line.kind === 'called') invocation.calls.push(line);
  else if (line.kind === 'started') invocation.started = line;
  else if (line.kind === 'effect') invocation.effectAt ??= line.at;
  else if (line.kind === 'ended') invocation.ended = line;
  else if (line.kind === 'killed') invocation.killedAt = line.at;
  else if (line.kind === 'answered') invocation.answer = line;
};
