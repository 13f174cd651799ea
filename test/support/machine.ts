import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { lookups } from '../../infra/local/engine-command.ts';

const lookFor = (program: string, flag: string) => () =>
  promisify(execFile)(program, [flag]).then(
    () => ({}),
    () => ({ missing: `${program}: not found on the PATH` }),
  );

interface Requirement {
  lookUp(): Promise<object>;
  lost: string;
  remedy: string;
  /** The only project that needs it, if it is one. */
  project?: string;
}

/** What tests need of the machine, what is lost without it, and how to get it. */
export const needs = {
  dynoxide: {
    lookUp: lookups.dynoxide,
    lost: 'the tests on dynoxide; what needs just any engine ran on DynamoDB Local',
    remedy: 'Linux on x64, and "npm ci"',
  },
  'dynamodb-local': {
    lookUp: lookups['dynamodb-local'],
    lost: 'the tests on DynamoDB Local, AWS’s own engine; they ran on dynoxide only',
    remedy: 'on Debian or Ubuntu "apt-get install openjdk-17-jre-headless"',
  },
  openssl: {
    lookUp: lookFor('openssl', 'version'),
    lost: 'test/dynamodb/lean/tls.test.ts: how the lean client treats certificates that nobody trusts',
    remedy: 'on Debian or Ubuntu "apt-get install openssl"',
  },
  'redis-server': {
    lookUp: lookFor('redis-server', '--version'),
    lost: 'test/redis: everything about records in Redis',
    remedy: 'on Debian or Ubuntu "apt-get install redis-server"',
    project: 'redis',
  },
  chromium: {
    lookUp: lookFor('chromium', '--version'),
    lost: 'test/projects/browser, client, console and site: what pages read at another origin, do with the client, and see in the console; the site of the docs',
    remedy: 'on Debian "apt-get install chromium"',
    project: 'projects',
  },
  valgrind: {
    lookUp: lookFor('valgrind', '--version'),
    lost: 'test/projects/instructions.test.ts: whether loading a function and its first request take more instructions than before',
    remedy: 'on Debian or Ubuntu "apt-get install valgrind"',
    project: 'projects',
  },
} satisfies Record<string, Requirement>;

export type Need = keyof typeof needs;

/** The only project that needs it, if it is one. */
export const projectOf = (need: Need): string | undefined => (needs[need] as Requirement).project;

/** Why this machine can't give it, if it can't. */
export const lackOf = async (need: Need): Promise<string | undefined> => {
  const found: { missing?: string } = await needs[need].lookUp();
  return found.missing;
};

/** How the note of a test begins that was skipped for that. */
export const impossible = 'this machine lacks ';

/** The note for those who would skip tests, if they must. An error where CI is set: there every test runs, but those that MAY_LACK allows for. */
export const reasonToSkip = async (need: Need): Promise<string | undefined> => {
  const lack = await lackOf(need);
  if (lack && process.env['CI'] && process.env['MAY_LACK'] !== need)
    throw new Error(`With CI set every test runs, but ${impossible}${lack}`);
  return lack && `${impossible}${lack}`;
};
