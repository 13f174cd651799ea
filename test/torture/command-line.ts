import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { engineKinds } from '../../infra/local/engine.ts';
import type { EngineKind } from '../../infra/local/engine-command.ts';
import { type ClientKind, clientKinds, type StoreKind } from './entry-points.ts';
import { plants } from './plants/plants.ts';

export interface CommandLine {
  help: boolean;
  /** `undefined`: as long as the kind of run takes by default. */
  seconds: number | undefined;
  seed: number;
  engine: EngineKind | undefined;
  store: StoreKind;
  clients: readonly ClientKind[];
  plant: string | undefined;
}

export class UsageError extends Error {}

export const usage = `usage: npm run torture -- [options]

Runs handlers under every way into the library while DynamoDB, or Redis, fails, hangs and loses answers and their processes are killed, and
judges what happened by the rules of the design. Exits with 1 when one was broken.

  --seconds N     how long there are faults: 60, with --plant 8
  --seed N        what is drawn; random, if not given. In which order things happen depends on the machine as well
  --engine NAME   ${engineKinds.join(' or ')}: the first that this machine has, if not given
  --store NAME    dynamodb, which is the default, or redis: then without the ways in that write to tables
  --client NAME   ${clientKinds.dynamodb.join(', ')}, of Redis ${clientKinds.redis.join(', ')}, or both, which is the default
  --plant NAME    plants, in DynamoDB, a known violation, which must be found, or all of them one after another:
${[...plants].map(([name, { finds }]) => `                  ${name.padEnd(24)} ${finds.join(', ')}`).join('\n')}
  --help          this text`;

/** @throws {UsageError} that says what was expected */
export const readCommandLine = (args: string[]): CommandLine => {
  const { help, seconds, seed, engine, client, plant, ...more } = parse(args);
  const store = readOneOf('--store', more.store, Object.keys(clientKinds) as StoreKind[]);
  const kinds: readonly ClientKind[] = clientKinds[store];
  const chosen = readOneOf('--client', client, [...kinds, 'both']);
  if (store === 'redis' && (plant !== undefined || engine !== undefined)) {
    throw new UsageError('--plant and --engine are for --store dynamodb');
  }
  return {
    help,
    seconds: seconds === undefined ? undefined : readNumber('--seconds', seconds, 1, 86_400),
    seed: seed === undefined ? randomInt(2 ** 31) : readNumber('--seed', seed, 0, 2 ** 31 - 1),
    engine: engine === undefined ? undefined : readOneOf('--engine', engine, engineKinds),
    store,
    clients: chosen === 'both' ? kinds : [chosen as ClientKind],
    plant: plant === undefined ? undefined : readOneOf('--plant', plant, [...plants.keys(), 'all']),
  };
};

const parse = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', default: false },
        seconds: { type: 'string' },
        seed: { type: 'string' },
        engine: { type: 'string' },
        store: { type: 'string', default: 'dynamodb' },
        client: { type: 'string', default: 'both' },
        plant: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

const readNumber = (flag: string, text: string, min: number, max: number): number => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new UsageError(`${flag} takes a whole number from ${min} to ${max}, not "${text}"`);
};

const readOneOf = <Name extends string>(flag: string, text: string, names: readonly Name[]): Name => {
  const name = names.find((candidate) => candidate === text);
  if (name === undefined) throw new UsageError(`${flag} takes ${names.join(', ')}, not "${text}"`);
  return name;
};
