import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEngine } from '../../infra/local/engine.ts';
import type { EngineKind } from '../../infra/local/engine-command.ts';
import { startRedis } from '../../infra/local/redis-server.ts';
import { drawFrom } from './draw.ts';
import { startChaosProxy } from './faults/chaos-proxy.ts';
import { startRedisChaosProxy } from './faults/redis-chaos-proxy.ts';
import type { HistoryLine } from './history/history.ts';
import { type Performance, perform, type TortureOptions } from './perform.ts';
import { createTables, nothingWritten, readFinalState } from './tables.ts';
import { connection } from './workers/connection.ts';

export interface TortureOutcome extends Performance {
  engine: EngineKind | 'redis-server';
}

const onDynamoDB = async ({ seed, engine: kind }: TortureOptions) => {
  const engine = await startEngine(kind);
  const client = new DynamoDBClient({ ...connection, endpoint: engine.endpoint });
  await createTables(client);
  return {
    engine: engine.kind,
    proxy: await startChaosProxy(engine.endpoint, drawFrom(seed, 'faults')),
    readFinal: (lines: readonly HistoryLine[]) => readFinalState(client, lines),
    end: () => engine.close(),
  };
};

const onRedis = async ({ seed }: TortureOptions) => {
  const server = await startRedis();
  return {
    engine: 'redis-server' as const,
    proxy: await startRedisChaosProxy(server.port, drawFrom(seed, 'faults')),
    readFinal: async () => nothingWritten,
    end: () => server.kill(),
  };
};

/** Runs handlers under faults, then without, and judges what happened. `undefined` when it was interrupted. */
export const torture = async (options: TortureOptions): Promise<TortureOutcome | undefined> => {
  const { signal, store } = options;
  const compileCache = await mkdtemp(join(tmpdir(), 'torture-'));
  const { engine, proxy, readFinal, end } = await (store === 'redis' ? onRedis(options) : onDynamoDB(options));
  try {
    const play = await perform(options, { readFinal, proxy, compileCache });
    return play && { ...play, engine };
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  } finally {
    await proxy.close();
    await end();
    await rm(compileCache, { recursive: true, force: true });
  }
};
