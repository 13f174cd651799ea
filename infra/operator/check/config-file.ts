import { readFile } from 'node:fs/promises';
import { OperatorError } from '../operator-error.ts';
import { type CheckOptions, checkOptions } from './check-options.ts';
import { levels } from './rules/rule.ts';

/** As on the command line, but headers are objects, and bodies may be written in place. */
export interface ConfigFile {
  url?: string;
  options: CheckOptions;
  bodies: Partial<Record<BodyName, string>>;
}

export type BodyName = (typeof bodyNames)[number];
export const bodyNames = ['body', 'otherBody', 'failBody'] as const;

const isBodyName = (name: string): name is BodyName => (bodyNames as readonly string[]).includes(name);

const wrong = (file: string, message: string): OperatorError =>
  new OperatorError('usage', `--config ${file}: ${message}`);

const headerLines = (value: unknown): string[] | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every(([, text]) => typeof text === 'string')
    ? entries.map(([name, text]) => `${name}: ${text}`)
    : undefined;
};

const kinds = {
  headers: { read: headerLines, expected: 'an object of strings' },
  number: {
    read: (value: unknown) => (typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined),
    expected: 'a number above 0',
  },
  flag: { read: (value: unknown) => (typeof value === 'boolean' ? value : undefined), expected: 'true or false' },
  level: {
    read: (value: unknown) => ((levels as readonly unknown[]).includes(value) ? value : undefined),
    expected: levels.join(', '),
  },
  text: { read: (value: unknown) => (typeof value === 'string' && value ? value : undefined), expected: 'a text' },
};

const numbers = ['window', 'maxRequests', 'concurrency', 'timeout', 'patience'];

const kindOf = (name: string): (typeof kinds)[keyof typeof kinds] => {
  if (name.toLowerCase().endsWith('header') && !['keyHeader', 'replayHeader'].includes(name)) return kinds.headers;
  if (numbers.includes(name)) return kinds.number;
  if (name === 'keyOptional') return kinds.flag;
  return name === 'level' ? kinds.level : kinds.text;
};

/** @throws {OperatorError} that names what is unknown or wrong */
export const readConfigFile = async (file: string): Promise<ConfigFile> => {
  const names = checkOptions().map((option) => option.attributeName());
  const config: ConfigFile = { options: {}, bodies: {} };
  for (const [name, value] of Object.entries(await readObject(file))) {
    if (name === 'config' || !(names.includes(name) || name === 'url')) {
      throw wrong(
        file,
        `unknown option \`${name}\`. Known options: url, ${names.filter((known) => known !== 'config').join(', ')}.`,
      );
    }
    if (isBodyName(name)) {
      config.bodies[name] = typeof value === 'string' ? value : JSON.stringify(value);
      continue;
    }
    const { read, expected } = kindOf(name);
    const found = read(value);
    if (found === undefined) throw wrong(file, `option \`${name}\` must be ${expected}.`);
    if (name === 'url') config.url = found as string;
    else Object.assign(config.options, { [name]: found });
  }
  return config;
};

const readObject = async (file: string): Promise<object> => {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw wrong(file, `it can't be read: ${error.message}.`);
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw wrong(file, `it is not JSON: ${(error as Error).message}.`);
  }
  throw wrong(file, 'it is not a JSON object.');
};
