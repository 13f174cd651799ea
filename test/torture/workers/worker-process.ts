import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Answer } from '../history/history.ts';
import type { FromWorker, InvocationRequest, ToWorker, WorkerLine, WorkerSettings } from './messages.ts';

export interface WorkerProcess {
  readonly settings: WorkerSettings;
  /** Resolves when it can serve, if ever. */
  readonly ready: Promise<void>;
  readonly isAlive: boolean;
  /** Resolves to the answer; `undefined` when the process died before. Whether or not anybody still waits for it. */
  invoke(request: InvocationRequest): Promise<Answer | undefined>;
  isBusy(): boolean;
  kill(): void;
  /** Resolves when all that it had said has been heard. */
  readonly gone: Promise<{ signal: NodeJS.Signals | null; code: number | null }>;
}

export interface WorkerListener {
  onLine(about: { operation: string; invocation: string }, line: WorkerLine): void;
  /** Died while these were being served. */
  onKilled(busyWith: readonly InvocationRequest[]): void;
}

export const startWorker = (
  settings: WorkerSettings,
  compileCache: string,
  { onLine, onKilled }: WorkerListener,
): WorkerProcess => {
  const child: ChildProcess = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(settings)], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const send = (message: ToWorker): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  const waiting = new Map<string, (answer: Answer | undefined) => void>();
  /** The handler of one that was answered early may still be running. */
  const running = new Map<string, InvocationRequest>();
  const served = new Map<string, InvocationRequest>();
  const ready = Promise.withResolvers<void>();
  let isAlive = true;

  child.on('message', (message: FromWorker) => {
    if (message.type === 'ready') ready.resolve();
    else if (message.type === 'line') {
      const { operation, invocation, line, number } = message;
      onLine({ operation, invocation }, line);
      const request = served.get(invocation);
      if (line.kind === 'started' && request) running.set(invocation, request);
      if (line.kind === 'ended') running.delete(invocation);
      if (number !== undefined) send({ type: 'recorded', line: number });
    } else {
      waiting.get(message.invocation)?.(message.answer);
      waiting.delete(message.invocation);
    }
  });

  const gone = new Promise<Awaited<WorkerProcess['gone']>>((resolve) => {
    let left = 2;
    const count = () => {
      left -= 1;
      if (left > 0) return;
      isAlive = false;
      const busy = new Set([...waiting.keys(), ...running.keys()]);
      onKilled([...busy].flatMap((invocation) => served.get(invocation) ?? []));
      for (const leave of waiting.values()) leave(undefined);
      resolve({ signal: child.signalCode, code: child.exitCode });
    };
    // The channel has been read to its end when it is disconnected, which may come before or after the exit.
    child.once('exit', count);
    child.once('disconnect', count);
  });

  return {
    settings,
    ready: ready.promise,
    get isAlive() {
      return isAlive && child.connected;
    },
    invoke: (request) =>
      new Promise((resolve) => {
        served.set(request.invocation, request);
        waiting.set(request.invocation, resolve);
        send({ type: 'invoke', ...request });
        if (!child.connected && !isAlive) resolve(undefined);
      }),
    isBusy: () => running.size > 0,
    kill: () => {
      child.kill('SIGKILL');
    },
    gone,
  };
};
