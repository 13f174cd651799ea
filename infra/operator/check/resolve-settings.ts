import { readFile } from 'node:fs/promises';
import { OperatorError } from '../operator-error.ts';
import { type CheckOptions, defaults } from './check-options.ts';
import { type BodyName, bodyNames, type ConfigFile, readConfigFile } from './config-file.ts';
import type { CheckSettings, EffectsSettings, FailSettings } from './settings.ts';

const usage = (message: string): OperatorError => new OperatorError('usage', message);

/** By lower-case name, so that a later one replaces an earlier one. */
const headersOf = (lines: readonly string[] = [], option: string): Record<string, string> =>
  Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
      if (!name) throw usage(`${option} must be "Name: value", not "${line.split(':')[0]}".`);
      return [name.toLowerCase(), value ?? ''];
    }),
  );

const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const httpUrl = (text: string, what: string): string => {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return text;
  throw usage(`${what} must be an http or https URL, not "${text}".`);
};

const readText = async (stream: AsyncIterable<Buffer | string>): Promise<string> => {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
};

type Bodies = Partial<Record<BodyName, string>>;

const readBodies = async (
  options: CheckOptions,
  config: Bodies,
  stdin: AsyncIterable<Buffer | string>,
): Promise<Bodies> => {
  const bodies: Bodies = { ...config };
  for (const name of bodyNames) {
    const file = options[name];
    if (file === undefined) continue;
    bodies[name] =
      file === '-'
        ? await readText(stdin)
        : await readFile(file, 'utf8').catch((error: Error) => {
            throw usage(`${flagOf(name)} ${file} can't be read: ${error.message}.`);
          });
  }
  return bodies;
};

const effectsOf = ({ effectsUrl, effectsPath = '', effectsCommand }: CheckOptions): EffectsSettings | undefined => {
  if (effectsUrl && effectsCommand) throw usage('Give --effects-url or --effects-command, not both.');
  if (effectsPath && !effectsUrl) throw usage('--effects-path needs --effects-url.');
  if (effectsUrl) return { url: httpUrl(effectsUrl, '--effects-url'), path: effectsPath };
  return effectsCommand ? { command: effectsCommand } : undefined;
};

const failOf = (
  { failHeader, failCommand, mendCommand }: CheckOptions,
  body: string | undefined,
): FailSettings | undefined => {
  if (mendCommand && !failCommand) throw usage('--mend-command needs --fail-command.');
  if (!failHeader && !failCommand && body === undefined) return undefined;
  return { headers: headersOf(failHeader, '--fail-header'), body, command: failCommand, mendCommand };
};

export interface Resolved {
  settings: CheckSettings;
  level: string;
  junit: string | undefined;
}

/**
 * The command line, then the configuration file, then the defaults.
 *
 * @throws {OperatorError} that names what is wrong
 */
export const resolveSettings = async (
  givenUrl: string | undefined,
  given: CheckOptions,
  stdin: AsyncIterable<Buffer | string>,
): Promise<Resolved> => {
  const config: ConfigFile = given.config ? await readConfigFile(given.config) : { options: {}, bodies: {} };
  const options = { ...defaults, ...config.options, ...given };
  const urlText = givenUrl ?? config.url;
  if (!urlText) throw usage('Pass what to check: the URL of an endpoint, here or as `url` in --config.');
  const url = httpUrl(urlText, 'The URL');
  const headers = headersOf(options.header, '--header');
  if (Object.hasOwn(headers, options.keyHeader.toLowerCase())) {
    throw usage(`--header ${options.keyHeader}: the keys are made by the check itself. Leave it out.`);
  }
  const bodies = await readBodies(given, config.bodies, stdin);
  const { body, otherBody, failBody } = bodies;
  const settings: CheckSettings = {
    url,
    method: options.method.toUpperCase(),
    headers,
    body,
    otherBody,
    keyHeader: options.keyHeader,
    keyOptional: options.keyOptional ?? false,
    replayHeader: options.replayHeader,
    otherCaller: options.otherHeader && headersOf(options.otherHeader, '--other-header'),
    fail: failOf(options, failBody),
    slow: headersOf(options.slowHeader, '--slow-header'),
    effects: effectsOf(options),
    windowMs: options.window === undefined ? undefined : options.window * 1000,
    origin: options.origin,
    safeUrl: options.safeUrl ? httpUrl(options.safeUrl, '--safe-url') : url,
    maxRequests: options.maxRequests,
    concurrency: options.concurrency,
    timeoutMs: options.timeout * 1000,
    patienceMs: options.patience * 1000,
  };
  return { settings, level: options.level, junit: options.junit };
};
