import { parseArgs } from 'node:util';
import { engineKinds } from './engine.ts';
import type { EngineKind } from './engine-command.ts';

export type CommandLine = {
  assembly: string;
  port: number;
  engine?: EngineKind;
  environment: Record<string, string>;
};

export class UsageError extends Error {}

export const usage = `usage: npm start -- [--set NAME=VALUE]... [--engine ${engineKinds.join('|')}] [--assembly DIRECTORY]

  --set       gives an environment variable of the functions another value
  --engine    the DynamoDB to run; the first that this machine has, if not given
  --assembly  the cloud assembly to run, cdk.out if not given
  PORT=3000   in the environment: where to listen, on loopback`;

export function readCommandLine(args: string[], port: string | undefined): CommandLine {
  const { set, engine, assembly } = parse(args);
  return {
    assembly,
    port: readPort(port),
    environment: Object.fromEntries(set.map(readAssignment)),
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
        assembly: { type: 'string', default: 'cdk.out' },
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

function readPort(port = '3000'): number {
  const number = Number(port);
  if (!/^\d+$/.test(port) || number > 65_535) throw new UsageError(`PORT takes a port number, not "${port}"`);
  return number;
}
