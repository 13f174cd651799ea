import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { IoRedis } from '../../functions/idempotency/addons/redis/clients/io-redis.ts';

export interface BlockingClient {
  client: IoRedis;
  /** Sends a command and waits for its answer. */
  send(...command: string[]): unknown;
  close(): Promise<unknown>;
}

/** Nothing that a test asks takes so long: without a limit, a worker that has ended would be waited for without end. */
const patienceMs = 20_000;

/**
 * A client of a real server that stands still until the answer is there. To whoever waits for it, a call is a step that nothing else
 * comes between: so a schedule of such steps is the same each time.
 */
export const blockingClient = (port: number): BlockingClient => {
  const turn = new Int32Array(new SharedArrayBuffer(4));
  const { port1: here, port2: there } = new MessageChannel();
  let worker: Worker | undefined;
  let isSilent = false;
  const send = (...command: string[]): unknown => {
    worker ??= new Worker(new URL('./blocking-redis-worker.ts', import.meta.url), {
      workerData: { port, there, turn },
      transferList: [there],
    });
    Atomics.store(turn, 0, 0);
    here.postMessage(command);
    // The notice of the answer before may come only now.
    while (Atomics.load(turn, 0) === 0 && !isSilent) isSilent = Atomics.wait(turn, 0, 0, patienceMs) === 'timed-out';
    // What became of the worker is told when this thread goes on.
    if (isSilent) throw new Error(`The worker of the blocking client has not answered ${command[0]}.`);
    const { value, error } = receiveMessageOnPort(here)?.message ?? {};
    if (error !== undefined) throw new Error(error);
    return value;
  };
  const client: IoRedis = {
    evalsha: async (sha, keys, ...args) => send('EVALSHA', sha, String(keys), ...args),
    eval: async (text, keys, ...args) => send('EVAL', text, String(keys), ...args),
    pipeline: () => ({ exec: async () => null }),
    info: async (section) => send('INFO', section),
    on: () => undefined,
    status: 'ready',
  };
  return { client, send, close: async () => worker?.terminate() };
};
