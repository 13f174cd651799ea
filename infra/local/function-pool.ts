import { type FunctionHost, type FunctionProcess, startFunctionProcess } from './function-process.ts';
import { type Invocable, type InvocationOutcome, invocationError, payloadLimitBytes } from './invocation.ts';
import type { FunctionModel } from './model.ts';
import { createSemaphore } from './semaphore.ts';

export type FunctionPool = Invocable & {
  readonly name: string;
  processes(): { pid: number; busy: boolean }[];
  close(): Promise<void>;
};

/** More calls wait: a burst that starts hundreds of processes would only time out in their cold starts. */
const maxProcesses = 50;

const idleLimitMs = 5 * 60_000;

/** Runs a function in processes of its own: one invocation each at a time, further ones for concurrent invocations. */
export function createFunctionPool(fn: FunctionModel, host: FunctionHost): FunctionPool {
  const processes = new Set<FunctionProcess>();
  /** The most recently used one last. */
  let idle: { process: FunctionProcess; expiry: NodeJS.Timeout }[] = [];
  const running = new Set<Promise<InvocationOutcome>>();
  const slots = createSemaphore(maxProcesses);
  let closed = false;

  const start = async () => {
    const process = await startFunctionProcess(fn, host);
    processes.add(process);
    void process.exited.then(() => {
      processes.delete(process);
      idle = idle.filter((entry) => entry.process !== process);
    });
    if (closed) process.kill();
    return process;
  };

  const takeIdle = () => {
    const entry = idle.pop();
    clearTimeout(entry?.expiry);
    return entry?.process;
  };

  const invokeInProcess = async (payload: string) => {
    if (closed) return invocationError('Runtime.ExitError', 'the local run is shutting down');
    const process = takeIdle() ?? (await start());
    const outcome = await process.invoke(payload);
    if (process.alive) idle.push({ process, expiry: setTimeout(() => process.kill(), idleLimitMs).unref() });
    return outcome;
  };

  const invokeInTurn = async (payload: string): Promise<InvocationOutcome> => {
    if (Buffer.byteLength(payload) > payloadLimitBytes) return { status: 'too-large' };
    await slots.acquire();
    try {
      return await invokeInProcess(payload);
    } finally {
      slots.release();
    }
  };

  return {
    name: fn.name,
    processes: () =>
      [...processes].map((process) => ({
        pid: process.pid,
        busy: !idle.some((entry) => entry.process === process),
      })),
    invoke(payload) {
      const invocation = invokeInTurn(payload);
      running.add(invocation);
      return invocation.finally(() => running.delete(invocation));
    },
    async close() {
      closed = true;
      for (const process of processes) process.kill();
      // An invocation may still be starting its process.
      await Promise.allSettled(running);
      await Promise.all([...processes].map(({ exited }) => exited));
    },
  };
}
