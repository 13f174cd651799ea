import { type Connection, countOf, type Emitter, type ReplicaWait } from './connection.ts';

export interface KeysAndArguments {
  keys: string[];
  arguments: string[];
}

interface Pipeline {
  evalSha(sha: string, options: KeysAndArguments): Pipeline;
  eval(script: string, options: KeysAndArguments): Pipeline;
  wait(replicas: number, timeoutMs: number): Pipeline;
  execAsPipeline(): Promise<readonly unknown[]>;
}

/** What `createClient`, `createSentinel`, `createCluster` and `createClientPool` of `redis` (4 and later) return. */
export interface NodeRedis extends Emitter {
  evalSha(sha: string, options: KeysAndArguments): Promise<unknown>;
  eval(script: string, options: KeysAndArguments): Promise<unknown>;
  multi(): unknown;
  readonly isOpen: boolean;
  readonly isReady?: boolean;
  info?(section: string): Promise<unknown>;
}

/** It rejects what a broken connection has not answered, and never sends it again. */
export const nodeRedisConnection = (client: NodeRedis): Connection => {
  const pipeline = () => client.multi() as Pipeline;
  const inOne = async (commands: Pipeline, { count, timeoutMs }: ReplicaWait) => {
    const [value, replicas] = await commands.wait(count, timeoutMs).execAsPipeline();
    return { value, replicas: Number(replicas) };
  };
  const given = (key: string, args: string[]): KeysAndArguments => ({ keys: [key], arguments: args });

  return {
    runLoaded: async (sha, key, args, wait) =>
      wait
        ? inOne(pipeline().evalSha(sha, given(key, args)), wait)
        : { value: await client.evalSha(sha, given(key, args)) },
    run: async (text, key, args, wait) =>
      wait
        ? inOne(pipeline().eval(text, given(key, args)), wait)
        : { value: await client.eval(text, given(key, args)) },
    memoryInfo: async () => client.info?.('memory'),
    isDisconnected: () => client.isOpen && client.isReady === false,
    breaks: countOf(client, ['reconnecting', 'node-reconnecting']),
  };
};
