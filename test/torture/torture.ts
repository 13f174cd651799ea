import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEngine } from '../../infra/local/engine.ts';
import type { EngineKind } from '../../infra/local/engine-command.ts';
import { drawFrom } from './draw.ts';
import { startChaosProxy } from './faults/chaos-proxy.ts';
import { type Performance, perform, type TortureOptions } from './perform.ts';
import { createTables } from './tables.ts';
import { connection } from './workers/connection.ts';

export interface TortureOutcome extends Performance {
  engine: EngineKind;
}

/** Runs handlers under faults, then without, and judges what happened. `undefined` when it was interrupted. */
export const torture = async (options: TortureOptions): Promise<TortureOutcome | undefined> => {
  const { seed, signal } = options;
  const compileCache = await mkdtemp(join(tmpdir(), 'torture-'));
  const engine = await startEngine(options.engine);
  const proxy = await startChaosProxy(engine.endpoint, drawFrom(seed, 'faults'));
  try {
    const client = new DynamoDBClient({ ...connection, endpoint: engine.endpoint });
    await createTables(client);
    const play = await perform(options, { client, proxy, compileCache });
    return play && { ...play, engine: engine.kind };
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  } finally {
    await proxy.close();
    await engine.close();
    await rm(compileCache, { recursive: true, force: true });
  }
};
