import type * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import { afterTurns } from '../../../../base/after-turns.ts';
import { abortable } from '../abortable.ts';

export interface Timeouts {
  connectionTimeoutMs: number;
  requestTimeoutMs: number;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** More than DynamoDB ever answers: the 4 MB of a transaction's items, each byte of which may be an escape of six. */
const maxAnswerLength = 32 * 1024 ** 2;

/** Where a URL leads, as a request's options. */
export const target = ({ protocol, hostname, port, pathname, search }: URL) => ({
  // The default, which NODE_TLS_REJECT_UNAUTHORIZED=0 would change.
  rejectUnauthorized: true,
  protocol,
  hostname: hostname.replace(/[[\]]/g, ''),
  port,
  path: pathname + search,
});

/** Keeps connections. */
export const agentFor = ({ protocol }: URL): http.Agent =>
  new (moduleFor(protocol).Agent)({ keepAlive: true, maxSockets: 50 });

/**
 * `node:http` is for local engines and containers, and not imported: to an ES module's import it shows its `WebSocket` as well, and
 * loads all of undici for that, which takes longer than everything else here.
 */
const moduleFor = (protocol: string | null | undefined): typeof http | typeof https =>
  protocol === 'https:' ? https : process.getBuiltinModule('node:http');

/** One HTTP request and its answer, read to the end. */
export const exchange = (
  options: https.RequestOptions,
  body: string | undefined,
  { connectionTimeoutMs, requestTimeoutMs }: Timeouts,
  signal?: AbortSignal,
): Promise<Answer> =>
  abortable(signal, (resolve, reject) => {
    const request = moduleFor(options.protocol).request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length <= maxAnswerLength) return;
        fail(new Error(`The answer is longer than ${maxAnswerLength / 1024 ** 2} MB.`));
        request.destroy();
      });
      response.on('error', fail);
      response.on('end', () => {
        stopWaiting();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    const fail = (error: Error): void => {
      stopWaiting();
      reject(named(error));
    };
    const stop = (): void => {
      stopWaiting();
      request.destroy();
    };
    const giveUp = (what: string, ms: number): void => {
      fail(Object.assign(new Error(`${what} within ${ms} ms.`), { code: 'ETIMEDOUT' }));
      request.destroy();
    };
    const noAnswer = (): void => giveUp('No complete answer', requestTimeoutMs);

    // From when the request has one of the sockets: to wait for that is no fault of the database, and ends with the signal. One timer for
    // both limits: when the first has passed, the socket tells how far the connection is.
    let stopWaiting = (): void => undefined;
    request.once('socket', () => {
      if (request.destroyed) return;
      stopWaiting =
        requestTimeoutMs <= connectionTimeoutMs
          ? afterTurns(requestTimeoutMs, noAnswer)
          : afterTurns(connectionTimeoutMs, () => {
              if (isConnecting(request.socket)) giveUp('No connection', connectionTimeoutMs);
              else stopWaiting = afterTurns(requestTimeoutMs - connectionTimeoutMs, noAnswer);
            });
    });

    request.on('error', (error) => {
      if (request.reusedSocket && !signal?.aborted) dropIdleSockets(options.agent);
      fail(error);
    });
    request.end(body);
    return stop;
  });

const isConnecting = (socket: (Socket & { secureConnecting?: boolean }) | null): boolean =>
  Boolean(socket?.connecting || socket?.secureConnecting);

/** One connection was closed while Lambda had frozen the process: the other idle ones have been too. The next try takes a new one. */
const dropIdleSockets = (agent: http.Agent | boolean | undefined): void => {
  if (typeof agent !== 'object') return;
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
};

/** As the SDK names them. */
const named = (error: Error & { code?: string }): Error =>
  /^(ECONNRESET|EPIPE|ETIMEDOUT)$/.test(error.code ?? '') ? Object.assign(error, { name: 'TimeoutError' }) : error;
