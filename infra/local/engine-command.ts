import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export type EngineKind = 'dynoxide' | 'dynamodb-local';

export type EngineCommand = {
  command: string;
  /** With the folder where the data are kept, if they are. */
  args: (port: number, directory?: string) => string[];
  cwd: string;
};

/** How to start an engine, or why this machine can't. */
export type EngineLookup = { found: EngineCommand } | { missing: string };

export const lookups: Record<EngineKind, () => Promise<EngineLookup>> = {
  dynoxide: findDynoxide,
  'dynamodb-local': findDynamoDBLocal,
};

const oldestJava = 17;

async function findDynoxide(): Promise<EngineLookup> {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  const cwd = packageDirectory(name);
  if (!cwd) return { missing: `dynoxide: the optional package ${name} is not installed (run "npm ci")` };
  const command = join(cwd, process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide');
  const keep = (directory: string) => ['--db-path', join(directory, 'dynoxide.sqlite')];
  return {
    found: { command, cwd, args: (port, directory) => ['--port', String(port), ...(directory ? keep(directory) : [])] },
  };
}

async function findDynamoDBLocal(): Promise<EngineLookup> {
  const directory = packageDirectory('amplify-dynamodb-simulator');
  const cwd = directory && join(directory, 'emulator');
  if (!cwd || !existsSync(cwd)) {
    return { missing: 'DynamoDB Local: the package amplify-dynamodb-simulator is not installed (run "npm ci")' };
  }
  const version = await javaVersion();
  if (!version || version < oldestJava) {
    const found = version ? `found ${version}` : 'found none';
    return { missing: `DynamoDB Local: needs Java ${oldestJava} or newer on the PATH, ${found}` };
  }
  // Shared, as AWS is: the region and the key that a client is configured with don't hide tables from it.
  const flags = ['-sharedDb', '-disableTelemetry'];
  const java = ['-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', ...flags];
  const place = (directory: string | undefined) => (directory ? ['-dbPath', directory] : ['-inMemory']);
  return {
    found: { command: 'java', cwd, args: (port, directory) => [...java, ...place(directory), '-port', String(port)] },
  };
}

function packageDirectory(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

async function javaVersion(): Promise<number | undefined> {
  try {
    const { stderr } = await promisify(execFile)('java', ['-version']);
    // Java 8 and older call themselves 1.8, 1.7, ...
    const version = /version "(?:1\.)?(\d+)/.exec(stderr)?.[1];
    return version ? Number(version) : undefined;
  } catch {
    return undefined;
  }
}
