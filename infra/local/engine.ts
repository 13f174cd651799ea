import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { bypassProxyOnLoopback } from './bypass-proxy.ts';
import { type EngineCommand, type EngineKind, lookups } from './engine-command.ts';
import { freePort } from './free-port.ts';
import { hasExited, killGroup, type OwnedProcess, spawnOwned } from './owned-process.ts';

export type Engine = {
  kind: EngineKind;
  endpoint: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** How it ended, if it ends for good before it is closed. */
  lost: Promise<string>;
  close(): Promise<void>;
};

export type EngineOptions = {
  /** Where the data are kept: an engine that ends is started again on them. Without it they are in memory. */
  directory?: string | undefined;
  log?: (line: string) => void;
};

/** In the order of preference: 10 ms to start against two seconds. */
export const engineKinds = ['dynoxide', 'dynamodb-local'] as const satisfies EngineKind[];

const startAttempts = 3;
const startLimitMs = 60_000;
const stopLimitMs = 5_000;

/** Starts a DynamoDB on a free loopback port: `kind`, or the first that this machine can run. */
export async function startEngine(kind?: EngineKind, options: EngineOptions = {}): Promise<Engine> {
  bypassProxyOnLoopback();
  const missing: string[] = [];
  for (const candidate of kind ? [kind] : engineKinds) {
    const lookup = await lookups[candidate]();
    if ('found' in lookup) return start(candidate, lookup.found, options);
    missing.push(lookup.missing);
  }
  throw new Error(`no DynamoDB engine to run on this machine:\n${missing.map((line) => `  - ${line}`).join('\n')}`);
}

async function start(
  kind: EngineKind,
  { command, args, cwd }: EngineCommand,
  { directory, log = () => {} }: EngineOptions,
): Promise<Engine> {
  const launch = async (port: number) => {
    const launched = await spawnOwned(command, args(port, directory), { cwd, env: process.env });
    try {
      await untilAnswering(launched, kind, endpointAt(port));
    } catch (error) {
      await stop(launched);
      throw error;
    }
    return launched;
  };

  let { child, port } = await launchOnFreePort(launch);
  let closed = false;
  const lost = Promise.withResolvers<string>();
  const watch = () => {
    child.once('exit', (code, signal) => {
      if (closed) return;
      const ended = `the DynamoDB engine has ended (${signal ?? `exit status ${code}`})`;
      if (!directory) return lost.resolve(`${ended}, and the data in its memory with it: --keep keeps them`);
      log(`${ended}: starting it again on the data that it has kept`);
      restarted = restart().catch((error: Error) =>
        lost.resolve(`${ended}, and does not start again: ${error.message}`),
      );
    });
  };
  const restart = async () => {
    child = await launch(port);
    if (closed) return stop(child);
    watch();
    log('the DynamoDB engine runs again');
  };
  let restarted = Promise.resolve();
  watch();

  return {
    kind,
    endpoint: endpointAt(port),
    get pid() {
      return child.pid;
    },
    lost: lost.promise,
    async close() {
      closed = true;
      await restarted;
      await stop(child);
    },
  };
}

const endpointAt = (port: number) => `http://127.0.0.1:${port}`;

/** A port that was free may be somebody else's by the time the engine listens. */
async function launchOnFreePort(launch: (port: number) => Promise<OwnedProcess>) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { port, child: await launch(port) };
    } catch (error) {
      if (attempt === startAttempts) throw error;
    }
  }
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
