import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { engineKinds } from './engine.ts';
import type { EngineKind } from './engine-command.ts';

export type CommandLine = {
  /** The stack of this project, synthesized anew, if not given. */
  assembly?: string;
  port: number;
  /** Takes a free port where that one is in use: nobody has asked for it. */
  anyPort: boolean;
  /** The folder of the data that a restart finds again. */
  keepIn?: string;
  engine?: EngineKind;
  /** Where the example keeps its records. */
  store: 'dynamodb' | 'redis';
  environment: Record<string, string>;
};

export class UsageError extends Error {}

export const usage = `usage: npm start -- [--set NAME=VALUE]... [--keep [--data DIRECTORY]]
       [--store dynamodb|redis] [--engine ${engineKinds.join('|')}] [--assembly DIRECTORY]

  --set       overrides an environment variable of the functions
  --keep      keeps the data for the next run with --keep
    --data      the directory for the data of --keep (default: .cache/local-run of this project)
  --engine    the DynamoDB engine to run (default: the first that this machine has)
  --store     the store of the example's records: dynamodb (default), or a Redis that is started for it
  --assembly  the cloud assembly to run (default: this project's stack, newly synthesized)
  PORT=3000   environment variable: the loopback port to listen on (default: 3000, or a free port)`;

const defaultData = join(import.meta.dirname, '../../.cache/local-run');

export function readCommandLine(args: string[], port: string | undefined): CommandLine {
  const { set, engine, store, assembly, keep, data } = parse(args);
  if (data !== undefined && !keep) throw new UsageError('--data needs --keep');
  if (store === 'redis' && (keep || assembly !== undefined)) {
    throw new UsageError(
      '--store redis starts an empty Redis, and bundles the example for it: leave --keep and --assembly out',
    );
  }
  return {
    port: readPort(port),
    anyPort: !port,
    store: readStore(store),
    environment: Object.fromEntries(set.map(readAssignment)),
    ...(assembly !== undefined && { assembly }),
    ...(keep && { keepIn: resolve(data ?? defaultData) }),
    ...(engine === undefined ? {} : { engine: readEngine(engine) }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        set: { type: 'string', multiple: true, default: [] },
        engine: { type: 'string' },
        assembly: { type: 'string' },
        keep: { type: 'boolean', default: false },
        data: { type: 'string' },
        store: { type: 'string', default: 'dynamodb' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readAssignment(assignment: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
  if (name === undefined || value === undefined) throw new UsageError(`--set takes NAME=VALUE, not "${assignment}"`);
  return [name, value];
}

function readEngine(engine: string): EngineKind {
  const kind = engineKinds.find((candidate) => candidate === engine);
  if (!kind) throw new UsageError(`--engine takes ${engineKinds.join(' or ')}, not "${engine}"`);
  return kind;
}

function readStore(store: string): CommandLine['store'] {
  if (store === 'dynamodb' || store === 'redis') return store;
  throw new UsageError(`--store takes dynamodb or redis, not "${store}"`);
}

export function readPort(given: string | undefined): number {
  const port = given || '3000';
  const number = Number(port);
  if (!/^\d+$/.test(port) || number > 65_535) throw new UsageError(`PORT takes a port number, not "${port}"`);
  return number;
}
