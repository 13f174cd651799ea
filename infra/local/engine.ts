import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineCommand, type EngineKind, lookups } from './engine-command.ts';
import { freePort } from './free-port.ts';
import { hasExited, killGroup, type OwnedProcess, spawnOwned } from './owned-process.ts';

export type Engine = { kind: EngineKind; endpoint: string; close(): Promise<void> };

/** In the order of preference: 10 ms to start against two seconds. */
export const engineKinds = ['dynoxide', 'dynamodb-local'] as const satisfies EngineKind[];

const startLimitMs = 60_000;
const stopLimitMs = 5_000;

/** Starts an in-memory DynamoDB on a free loopback port: `kind`, or the first that this machine can run. */
export async function startEngine(kind?: EngineKind): Promise<Engine> {
  const missing: string[] = [];
  for (const candidate of kind ? [kind] : engineKinds) {
    const lookup = await lookups[candidate]();
    if ('found' in lookup) return start(candidate, lookup.found);
    missing.push(lookup.missing);
  }
  throw new Error(`no DynamoDB engine to run on this machine:\n${missing.map((line) => `  - ${line}`).join('\n')}`);
}

async function start(kind: EngineKind, { command, args, cwd }: EngineCommand): Promise<Engine> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = await spawnOwned(command, args(port), { cwd, env: process.env });
  try {
    await untilAnswering(child, kind, endpoint);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { kind, endpoint, close: () => stop(child) };
}

/** DynamoDB Local asked to end removes the library that it has unpacked into the temp folder; killed it leaves it. */
async function stop(child: OwnedProcess): Promise<void> {
  if (hasExited(child)) return;
  const exit = once(child, 'exit');
  const deadline = setTimeout(() => killGroup(child), stopLimitMs);
  killGroup(child, 'SIGTERM');
  await exit;
  clearTimeout(deadline);
}

async function untilAnswering(child: OwnedProcess, kind: EngineKind, endpoint: string): Promise<void> {
  const output: Buffer[] = [];
  const collect = (chunk: Buffer) => output.push(chunk);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', collect);
  const deadline = Date.now() + startLimitMs;
  while (Date.now() < deadline) {
    if (hasExited(child)) break;
    // Any answer will do: an unsigned request is refused by an engine that works.
    if (await fetch(endpoint).then(Boolean, () => false)) {
      for (const stream of [child.stdout, child.stderr]) stream.off('data', collect).resume();
      return;
    }
    await sleep(10);
  }
  throw new Error(`${kind} does not answer at ${endpoint}:\n${Buffer.concat(output)}`);
}
