import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../local/free-port.ts';
import { hasExited, killGroup, spawnOwned } from '../local/owned-process.ts';
import { accountEnvironment } from './account-environment.ts';

export interface Emulator {
  endpoint: string;
  /** The types of resources that it was given and knows nothing of, so that it has passed over them. */
  unknownTypes(): string[];
  /** For whoever looks for the cause of a failure. */
  lastLines(): string;
  stop(): void;
}

const startLimitMs = 60_000;

/** Starts moto's server, which stands in for AWS, on a free loopback port. */
export async function startEmulator(bin: string): Promise<Emulator> {
  const port = await freePort();
  const server = await spawnOwned(`${bin}/moto_server`, ['--host', '127.0.0.1', '--port', String(port)], {
    env: accountEnvironment(),
  });
  const lines: string[] = [];
  for (const input of [server.stdout, server.stderr]) {
    createInterface({ input }).on('line', (line) => lines.push(line));
  }
  // The CDK's S3 addresses are only found by moto under this name.
  const endpoint = `http://localhost:${port}`;
  const deadlineMs = Date.now() + startLimitMs;
  while (!(await answers(endpoint))) {
    if (hasExited(server) || Date.now() > deadlineMs)
      throw new Error(`moto_server doesn't start:\n${lines.join('\n')}`);
    await sleep(100);
  }
  return {
    endpoint,
    unknownTypes: () => {
      const found = lines.map((line) => /No Moto CloudFormation support for (\S+)/.exec(line)?.[1]);
      return [...new Set(found)].filter((type) => type !== undefined).sort();
    },
    lastLines: () => lines.slice(-20).join('\n'),
    stop: () => killGroup(server),
  };
}

const answers = (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/moto-api/`).then(
    ({ ok }) => ok,
    () => false,
  );
