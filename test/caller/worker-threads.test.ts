import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { listenOnLoopback } from '../../infra/local/listen.ts';

const client = new URL('../../functions/idempotency/entries/client.ts', import.meta.url);

/** A thread that pays, and ends with the answer. */
const payingThread = (url: string, folder: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const script = `
      import { parentPort } from 'node:worker_threads';
      import { fileKeys, idempotentFetch } from '${client}';
      const pay = idempotentFetch({ keys: fileKeys('${folder}') });
      const response = await pay('${url}', { intention: 'pay order 1', method: 'POST', body: '{"amount":1}' });
      parentPort.postMessage(await response.text());`;
    const thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`));
    thread.on('message', resolve).on('error', reject);
  });

it('G266: threads that begin at the same time send one intention by one key, and get its answer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'threads-'));
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key']);
    if (keys.length === 1) response.destroy();
    else if (keys.length === 2) response.writeHead(429).end();
    else response.writeHead(201).end('paid');
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  const answers = await Promise.all(Array.from({ length: 4 }, () => payingThread(url, folder)));
  expect(answers).toEqual(Array.from({ length: 4 }, () => 'paid'));
  expect(keys.length).toBe(6);
  expect(new Set(keys).size).toBe(1);
});
