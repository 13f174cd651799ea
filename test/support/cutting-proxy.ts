import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../../infra/local/listen.ts';

/** Where the connection to the client is cut: before the request goes on, when its answer has come, or in the middle of that. */
export type Cut = 'before' | 'after' | 'within';

export interface Passage {
  key: string | undefined;
  cut: Cut | undefined;
  /** The status of the answer, once there is one. */
  status?: number;
}

export interface CuttingProxy {
  url: string;
  /** The cuts of the next requests, one each; those that come after pass. */
  plan(...cuts: readonly Cut[]): void;
  /** The requests that came, since the last plan. */
  passages: Passage[];
  close(): Promise<void>;
}

/** Serves pages, and sends everything else on to an API, by connections that break where the test has planned it. */
export const startCuttingProxy = async (
  target: string,
  pages: Readonly<Record<string, { type: string; content: string }>>,
): Promise<CuttingProxy> => {
  const cuts: Cut[] = [];
  const passages: Passage[] = [];

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await request.toArray());
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name)),
    ) as Record<string, string>;
    const passage: Passage = { key: headers['idempotency-key'], cut: cuts.shift() };
    passages.push(passage);
    if (passage.cut === 'before') {
      response.destroy();
      return;
    }
    const { method = 'GET', url } = request;
    const answer = await fetch(`${target}${url}`, { method, headers, ...(body.length > 0 && { body }) });
    const content = Buffer.from(await answer.arrayBuffer());
    passage.status = answer.status;
    if (passage.cut === 'after') {
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': content.length });
    if (passage.cut === 'within') response.write(content.subarray(0, content.length / 2), () => response.destroy());
    else response.end(content);
  };

  const server = createServer((request, response) => {
    const page = pages[new URL(request.url ?? '', 'http://page').pathname];
    if (page) response.writeHead(200, { 'content-type': page.type }).end(page.content);
    else pass(request, response).catch(() => response.destroy());
  });
  return {
    url: `http://127.0.0.1:${await listenOnLoopback(server, 0)}`,
    plan: (...planned) => {
      cuts.splice(0, cuts.length, ...planned);
      passages.length = 0;
    },
    passages,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
