import { workerData } from 'node:worker_threads';
import { Redis } from 'ioredis';

const { port, there, turn } = workerData;
const client = new Redis({ host: '127.0.0.1', port });

there.on('message', async ([name, ...args]: [string, ...string[]]) => {
  const answer = await client.call(name, ...args).then(
    (value) => ({ value }),
    ({ message }: Error) => ({ error: message }),
  );
  there.postMessage(answer);
  Atomics.store(turn, 0, 1);
  Atomics.notify(turn, 0);
});
