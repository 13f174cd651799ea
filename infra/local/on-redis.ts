import { cdkSynth } from './cdk-synth.ts';
import { startRedis } from './redis-server.ts';

/** The example with its records in Redis. */
export type OnRedis = {
  /** The folder of its cloud assembly. */
  assembly: string;
  port: number;
  close(): Promise<void>;
};

/** Starts a server, and bundles the example anew for it. */
export async function putOnRedis(): Promise<OnRedis> {
  const server = await startRedis();
  try {
    const { assembly, remove } = await cdkSynth({ redisUrl: `redis://127.0.0.1:${server.port}` });
    const close = async () => {
      await server.kill();
      await remove();
    };
    return { assembly, port: server.port, close };
  } catch (error) {
    await server.kill();
    throw error;
  }
}
