import { drawFrom } from '../draw.ts';
import type { ClientKind } from '../entry-points.ts';
import type { HistoryLine, Recorder } from '../history/history.ts';
import { tables } from '../tables.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

/** Kills a worker some time after the first line of a kind that it writes about an invocation. */
export interface Doom {
  after: HistoryLine['kind'];
  delayMs: number;
}

export interface Fleet extends Pick<WorkerPool, 'take' | 'giveBack' | 'isBusy' | 'failure'> {
  /** How many workers have died. */
  readonly kills: number;
  doom(worker: WorkerProcess, invocation: string, doom: Doom): void;
  close(): Promise<void>;
}

export interface FleetSettings {
  seed: number;
  clients: readonly ClientKind[];
  plant: string | undefined;
  endpoint: string;
  compileCache: string;
  recorder: Recorder;
}

const workerCount = 8;

/** Less than the second that leases allow for, with room for timers that are late. */
const maxSkewMs = 400;

/** The workers, and what of them becomes history. */
export const createFleet = (settings: FleetSettings): Fleet => {
  const { seed, clients, plant, endpoint, compileCache, recorder } = settings;
  const draw = drawFrom(seed, 'workers');
  const dooms = new Map<string, Doom & { worker: WorkerProcess }>();
  let kills = 0;
  let closed = false;

  const meetDoom = (invocation: string, kind: HistoryLine['kind']): void => {
    const doom = dooms.get(invocation);
    if (doom?.after !== kind) return;
    dooms.delete(invocation);
    setTimeout(() => doom.worker.kill(), doom.delayMs).unref();
  };

  const start = (index: number): WorkerProcess => {
    const client = clients[index % clients.length] as ClientKind;
    const skewMs = draw.between(-maxSkewMs, maxSkewMs);
    const answersEarly = draw.chance(0.5);
    return startWorker({ endpoint, client, tables, skewMs, answersEarly, plant }, compileCache, {
      onLine: (about, line) => {
        if (closed) return;
        recorder.record({ ...about, ...line });
        meetDoom(about.invocation, line.kind);
      },
      onKilled: (busyWith) => {
        if (closed) return;
        kills += 1;
        for (const { operation, invocation } of busyWith) recorder.record({ operation, invocation, kind: 'killed' });
      },
    });
  };

  const pool = createWorkerPool(workerCount, start);
  return {
    take: pool.take,
    giveBack: pool.giveBack,
    isBusy: pool.isBusy,
    failure: pool.failure,
    get kills() {
      return kills;
    },
    doom: (worker, invocation, doom) => {
      dooms.set(invocation, { ...doom, worker });
      meetDoom(invocation, 'asked');
    },
    close: async () => {
      closed = true;
      await pool.close();
    },
  };
};
