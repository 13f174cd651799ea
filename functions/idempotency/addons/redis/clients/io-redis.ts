import { type Connection, countOf, type Emitter, type ReplicaWait } from './connection.ts';

/** What `new Redis()` and `new Cluster()` of `ioredis` and `iovalkey` return. */
export interface IoRedis extends Emitter {
  evalsha(sha: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>;
  eval(script: string, keys: number, ...keysAndArguments: string[]): Promise<unknown>;
  pipeline(commands: unknown[][]): { exec(): Promise<[error: Error | null, result: unknown][] | null> };
  info(section: string): Promise<unknown>;
  readonly status: string;
}

/** It sends again by itself what a broken connection has not answered, and tells only that the connection broke. */
export const ioRedisConnection = (client: IoRedis): Connection => {
  const inOne = async (command: unknown[], { count, timeoutMs }: ReplicaWait) => {
    const results = await client.pipeline([command, ['wait', count, timeoutMs]]).exec();
    const [value, replicas] = (results ?? []).map(([error, result]) => {
      if (error) throw error;
      return result;
    });
    return { value, replicas: Number(replicas) };
  };

  return {
    runLoaded: async (sha, key, args, wait) =>
      wait ? inOne(['evalsha', sha, 1, key, ...args], wait) : { value: await client.evalsha(sha, 1, key, ...args) },
    run: async (text, key, args, wait) =>
      wait ? inOne(['eval', text, 1, key, ...args], wait) : { value: await client.eval(text, 1, key, ...args) },
    memoryInfo: async () => client.info('memory'),
    // One that is to connect when it is needed does so at the first command.
    isDisconnected: () => client.status !== 'ready' && client.status !== 'wait',
    breaks: countOf(client, ['close', '-node']),
  };
};
