import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Draw } from '../draw.ts';
import { patienceMs } from '../workers/connection.ts';
import { type Refusal, refusalFor } from './answers.ts';
import type { FaultKind, FaultRates } from './fault-kinds.ts';

export interface ChaosProxy {
  endpoint: string;
  /** From now on. */
  setRates(rates: FaultRates): void;
  /** Resolves when nothing that was delayed is still to be forwarded. */
  drained(): Promise<void>;
  /** How many requests met which fault, and how many came at all. */
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly requests: number;
  close(): Promise<void>;
}

const longestDelayMs = 2500;

/** Stands between the library and the engine, and does to each request what is drawn for it. */
export const startChaosProxy = async (engine: string, draw: Draw): Promise<ChaosProxy> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const { hostname, port } = new URL(engine);
  const faults = new Map<FaultKind, number>();
  let rates: FaultRates = {};
  let requests = 0;
  let pending = 0;

  const forward = async (request: IncomingMessage, body: Buffer): Promise<Refusal> => {
    pending += 1;
    try {
      const names = ['x-amz-target', 'x-amz-date', 'authorization', 'content-type'];
      const headers = Object.fromEntries(names.map((name) => [name, request.headers[name]]));
      const forwarded = httpRequest({
        agent,
        hostname,
        port,
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
      });
      forwarded.end(body);
      const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
      return { status: answer.statusCode ?? 500, body: Buffer.concat(await answer.toArray()) };
    } finally {
      pending -= 1;
    }
  };

  const delayed = async (ms: number, request: IncomingMessage, body: Buffer): Promise<void> => {
    pending += 1;
    await sleep(ms);
    pending -= 1;
    await forward(request, body);
  };

  const drop = ({ socket }: IncomingMessage): void => {
    socket.destroy();
  };

  const applied: ReadonlySet<FaultKind> = new Set(['lose-answer', 'swallow', 'error-after']);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray());
    requests += 1;
    const fault = draw.weighted(rates);
    const delayMs = draw.between(patienceMs + 50, longestDelayMs);
    if (fault) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    if (fault === 'hang') return;
    if (fault === 'refuse') return drop(request);
    if (fault === 'reset') {
      request.socket.resetAndDestroy();
      await delayed(draw.between(0, 50), request, body);
      return;
    }
    if (fault === 'delay') return delayed(delayMs, request, body);
    const answer = !fault || applied.has(fault) ? await forward(request, body) : undefined;
    if (fault === 'swallow') return;
    if (fault === 'lose-answer') return drop(request);
    const told = (fault && refusalFor(fault, request, body, draw)) ?? answer;
    if (!told || response.destroyed) return;
    response.writeHead(told.status, { 'content-type': 'application/x-amz-json-1.0' }).end(told.body);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => drop(request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the proxy has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    setRates: (next) => {
      rates = next;
    },
    drained: async () => {
      while (pending > 0) await sleep(20);
    },
    faults,
    get requests() {
      return requests;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      agent.destroy();
    },
  };
};
