import type { IncomingMessage } from 'node:http';

/** What the engine said; whether the caller hears it is another matter. */
export type EngineAnswer = { status: number; headers: typeof dynamoDBJson; body: Buffer<ArrayBuffer> };

export const dynamoDBJson = { 'content-type': 'application/x-amz-json-1.0' } as const;

const signedHeaders = ['x-amz-target', 'x-amz-date', 'authorization', 'content-type'] as const;

/** Sends a request of DynamoDB's API on as it came, with its body or another one. */
export async function forward(
  engine: string,
  request: IncomingMessage,
  body: string | Buffer<ArrayBuffer>,
): Promise<EngineAnswer> {
  const headers = Object.fromEntries(signedHeaders.map((name) => [name, String(request.headers[name])]));
  const answer = await fetch(engine, { method: 'POST', headers, body });
  return {
    status: answer.status,
    headers: dynamoDBJson,
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
