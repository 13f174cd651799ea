import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { lookUpLocalRun } from '../../infra/local/find-local-run.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { listenOnLoopback } from '../../infra/local/listen.ts';

async function serve(server: Server): Promise<string> {
  const port = await listenOnLoopback(server, 0);
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${port}`;
}

const answering = (status: number, body: string): RequestListener => {
  return (_request, response) => response.writeHead(status).end(body);
};

const html = '<!doctype html><div id="app"></div>';
const noRun = (status: number) => `it answers GET /_local with ${status} and no description of a local run`;

test('a local run is found by what it tells of itself', async () => {
  const run = { endpoint: 'http://127.0.0.1:1', tables: {}, functions: [] };
  const url = await serve(createServer(answering(200, JSON.stringify(run))));
  expect(await lookUpLocalRun(url)).toEqual({ run });
});

test('where nothing listens there is nothing', async () => {
  expect(await lookUpLocalRun(`http://127.0.0.1:${await freePort()}`)).toEqual({ nothing: expect.any(Error) });
});

test.each([
  ['a page', createServer(answering(200, html)), noRun(200)],
  ['another API', createServer(answering(404, '{"message":"Not Found"}')), noRun(404)],
  ['JSON that is no object', createServer(answering(200, 'null')), noRun(200)],
  ['a server of another protocol', createTcpServer((socket) => socket.end('SSH-2.0\r\n')), 'it speaks no HTTP'],
  ['a server that hangs up', createTcpServer((socket) => socket.end()), 'it speaks no HTTP'],
  ['a server that says nothing', createTcpServer(() => {}), 'it gives no answer'],
])('%s is no local run', async (_title, server, other) => {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  expect(await lookUpLocalRun(await serve(server))).toEqual({ other });
});
