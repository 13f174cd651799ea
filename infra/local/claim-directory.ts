import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';

/**
 * Makes the folder, and claims it until the returned function is called or this process is gone, however it ends: two
 * engines on the same files would lose each other's writes.
 *
 * @throws {Error} when another run has it, or it can't be made
 */
export async function claimDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `the data can't be kept in ${directory} (${error.code}): pass another directory with --data DIRECTORY`,
    );
  });
  const name = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex');
  const server = createServer();
  // A socket in Linux's abstract namespace: nothing of it outlives its process.
  server.listen(`\0middy-idempotency/${name}`);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(
      `another run keeps its data in ${directory}: stop it, or pass another directory with --data DIRECTORY`,
    );
  });
  server.unref();
  return async () => {
    server.close();
    await once(server, 'close');
  };
}
