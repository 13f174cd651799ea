import { createHmac, hash } from 'node:crypto';
import type { request as HttpRequest } from 'node:http';
import * as https from 'node:https';
import { pay } from './pay.ts';

/** Loaded by an HTTPS client in any case; importing it would load what `fetch` needs as well. */
const http = process.getBuiltinModule('node:http');
const { protocol, hostname, port } = new URL(process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '');
const client = protocol === 'http:' ? http : https;
const agent = new client.Agent({ keepAlive: true });
const request: typeof HttpRequest = client.request;

/** A put, with as much hashing as a signature takes; the engine does not check it. */
const put = (): Promise<void> => {
  const body = JSON.stringify({
    TableName: process.env['IDEMPOTENCY_TABLE'],
    Item: { id: { S: crypto.randomUUID() } },
  });
  const signature = createHmac('sha256', 'bench').update(hash('sha256', body)).digest('hex');
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    'x-amz-target': 'DynamoDB_20120810.PutItem',
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=bench/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
  return new Promise((resolve, reject) => {
    request({ hostname, port, method: 'POST', agent, headers }, (response) => {
      response
        .resume()
        .on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
        );
    })
      .on('error', reject)
      .end(body);
  });
};

/** Two requests by nothing but Node: the least that any HTTP client has to load and do. */
export const handler = async () => {
  await put();
  await put();
  return pay();
};
