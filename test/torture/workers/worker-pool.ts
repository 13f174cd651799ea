import type { WorkerProcess } from './worker-process.ts';

export interface WorkerPool {
  /** Resolves to a worker that is free: to be given back, dead or alive. */
  take(): Promise<WorkerProcess>;
  giveBack(worker: WorkerProcess): void;
  /** Whether any handler is running. */
  isBusy(): boolean;
  /** Rejects when a worker has ended that nobody had killed. */
  readonly failure: Promise<never>;
  close(): Promise<void>;
}

/** Keeps a number of workers alive, and replaces those that have died. */
export const createWorkerPool = (size: number, start: (index: number) => WorkerProcess): WorkerPool => {
  const workers = new Set<WorkerProcess>();
  const free: WorkerProcess[] = [];
  const takers: ((worker: WorkerProcess) => void)[] = [];
  let closed = false;
  let started = 0;
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);

  const offer = (worker: WorkerProcess): void => {
    if (!worker.isAlive) return;
    const taker = takers.shift();
    if (taker) taker(worker);
    else free.push(worker);
  };

  const keepAlive = async (): Promise<void> => {
    while (!closed) {
      const worker = start(started);
      started += 1;
      workers.add(worker);
      void worker.ready.then(() => offer(worker));
      const { signal, code } = await worker.gone;
      if (signal === null && !closed) failure.reject(new Error(`a worker ended by itself, with code ${code}`));
      workers.delete(worker);
    }
  };
  const alive = Array.from({ length: size }, keepAlive);

  return {
    take: () => {
      for (let worker = free.shift(); worker; worker = free.shift()) {
        if (worker.isAlive) return Promise.resolve(worker);
      }
      return new Promise((resolve) => takers.push(resolve));
    },
    giveBack: offer,
    isBusy: () => [...workers].some((worker) => worker.isBusy()),
    failure: failure.promise,
    close: async () => {
      closed = true;
      for (const worker of workers) worker.kill();
      await Promise.all(alive);
    },
  };
};
