import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { leanClient } from '../../../functions/idempotency/dynamodb/api/lean/lean-client.ts';
import type { LeanClientOptions } from '../../../functions/idempotency/dynamodb/api/lean/lean-options.ts';
import type { ServiceError } from '../../../functions/idempotency/dynamodb/api/lean/service-error.ts';

export const region = 'eu-central-1';
export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'local-secret-access-key' };

export const leanAt = (endpoint: string, options: LeanClientOptions = {}) =>
  leanClient({ endpoint, region, credentials, ...options });

export interface ReceivedRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
  /** Which of the server's connections it came by. */
  connection: number;
}

export type Reply = (response: ServerResponse, request: ReceivedRequest) => unknown;

export interface TestServer {
  endpoint: string;
  requests: ReceivedRequest[];
  server: Server;
}

/** A server that gives the planned replies one after another, the last one again and again; it ends with the process. */
export const startServer = async (...replies: readonly Reply[]): Promise<TestServer> => {
  const requests: ReceivedRequest[] = [];
  const connections: unknown[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers, socket } = request;
    if (!connections.includes(socket)) connections.push(socket);
    const connection = connections.indexOf(socket);
    const received = { method, url, headers, body: Buffer.concat(await request.toArray()).toString(), connection };
    requests.push(received);
    const reply = replies[Math.min(requests.length, replies.length) - 1];
    await reply?.(response, received);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, server };
};

export const json =
  (status: number, fields: object, headers: Record<string, string> = {}): Reply =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers })
      .end(JSON.stringify(fields));

export const text =
  (status: number, body: string): Reply =>
  (response) =>
    response.writeHead(status).end(body);

export const ok = json(200, {});

export const healthy = text(200, 'healthy: dynamodb.eu-central-1.amazonaws.com ');

/** As DynamoDB does: anybody may ask how it is. */
export const dynamoDB =
  (greeting: Reply = healthy): Reply =>
  (response, request) =>
    (request.method === 'GET' ? greeting : ok)(response, request);

export const hang: Reply = () => undefined;
export const disconnect: Reply = (response) => response.destroy();

export const refusal = (name: string, status = 400, fields: object = {}): Reply =>
  json(status, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `${name} it is`, ...fields });

/** The error of a call that fails. */
export const errorOf = async (call: Promise<unknown>): Promise<ServiceError> =>
  call.then(
    () => {
      throw new Error('The call succeeded.');
    },
    (error: ServiceError) => error,
  );

export const getInput = { TableName: 'table', Key: { id: { S: '1' } } };
