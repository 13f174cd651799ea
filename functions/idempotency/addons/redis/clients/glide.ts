import type { Connection, ReplicaWait, Reply } from './connection.ts';

/** What `GlideClient.createClient` and `GlideClusterClient.createClient` of `@valkey/valkey-glide` return. */
export interface Glide {
  customCommand(args: string[], options?: object): Promise<unknown>;
}

/** Its core, which is not JavaScript, reconnects and sends again without telling. */
export const glideConnection = (client: Glide): Connection => {
  const inOne = async (command: string[], key: string, wait: ReplicaWait | undefined): Promise<Reply> => {
    if (!wait) return { value: await client.customCommand(command) };
    const [value, replicas] = await Promise.all([
      client.customCommand(command),
      client.customCommand(['WAIT', `${wait.count}`, `${wait.timeoutMs}`], { route: { type: 'primarySlotKey', key } }),
    ]);
    return { value, replicas: Number(replicas) };
  };

  return {
    runLoaded: (sha, key, args, wait) => inOne(['EVALSHA', sha, '1', key, ...args], key, wait),
    run: (text, key, args, wait) => inOne(['EVAL', text, '1', key, ...args], key, wait),
    memoryInfo: () => client.customCommand(['INFO', 'memory']),
    isDisconnected: () => false,
    breaks: () => undefined,
  };
};
