import type { TestProject } from 'vitest/node';
import { startRedis } from '../../infra/local/redis-server.ts';
import { reasonToSkip } from './machine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The port of a server that all tests share; 0 where this machine has none. */
    redisPort: number;
  }
}

/** Without `redis-server` the tests are left out, or fail the run where CI is set. */
export default async ({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> => {
  const lack = await reasonToSkip('redis-server');
  const server = lack === undefined ? await startRedis() : undefined;
  provide('redisPort', server?.port ?? 0);
  return server && (() => server.kill());
};
