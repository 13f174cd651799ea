import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { listenOnLoopback } from '../../infra/local/listen.ts';

interface StoredObject {
  data: Buffer;
  headers: IncomingMessage['headers'];
}

/** What the service answers every request with, instead of serving it. */
type Trouble = { status: number; code: string };

export interface TestS3 {
  client: S3Client;
  /** By `bucket/key`. */
  objects: Map<string, StoredObject>;
  requests: () => number;
  fail(trouble: Trouble | undefined): void;
}

const xmlError = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`;

const checksumOf = (data: Buffer): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString('base64');
};

/** The part of S3 that puts and gets objects, addressed by path, on loopback; it insists on the SDK's default checksum. */
export const startS3 = async ({ maxAttempts = 1 }: { maxAttempts?: number } = {}): Promise<TestS3> => {
  const objects = new Map<string, StoredObject>();
  let trouble: Trouble | undefined;
  let requests = 0;

  const answer = async ({ method, url = '', headers }: IncomingMessage, body: Buffer) => {
    requests += 1;
    if (trouble) return { status: trouble.status, body: xmlError(trouble.code) };
    const name = decodeURIComponent(new URL(url, 'http://s3').pathname.slice(1));
    if (method === 'PUT') {
      if (headers['x-amz-checksum-crc32'] !== checksumOf(body)) return { status: 400, body: xmlError('BadDigest') };
      objects.set(name, { data: body, headers });
      return { status: 200, body: '' };
    }
    const found = objects.get(name);
    if (!found) return { status: 404, body: xmlError('NoSuchKey') };
    const checksum = headers['x-amz-checksum-mode'] === 'ENABLED';
    return {
      status: 200,
      body: found.data,
      headers: checksum ? { 'x-amz-checksum-crc32': checksumOf(found.data), 'x-amz-checksum-type': 'FULL_OBJECT' } : {},
    };
  };

  const server = createServer(async (request, response) => {
    const { status, body, headers } = await answer(request, await buffer(request));
    response.writeHead(status, headers).end(body);
  });
  const port = await listenOnLoopback(server, 0);
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts,
  });
  onTestFinished(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  return {
    client,
    objects,
    requests: () => requests,
    fail: (next) => {
      trouble = next;
    },
  };
};
