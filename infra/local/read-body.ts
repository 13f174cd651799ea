import type { Readable } from 'node:stream';

/** The whole body, or `undefined` for one above the limit, which is read to its end so that the caller hears the answer. */
export async function readBody(stream: Readable, limitBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
  }
  return size <= limitBytes ? Buffer.concat(chunks) : undefined;
}
