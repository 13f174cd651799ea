import { Option } from 'commander';
import { append, positive, whole } from '../command-options.ts';
import { levels } from './rules/rule.ts';

/** What the command line says, before the configuration file and the defaults are added. */
export interface CheckOptions {
  config?: string;
  method?: string;
  header?: string[];
  body?: string;
  otherBody?: string;
  keyHeader?: string;
  keyOptional?: boolean;
  replayHeader?: string;
  otherHeader?: string[];
  failHeader?: string[];
  failBody?: string;
  failCommand?: string;
  mendCommand?: string;
  slowHeader?: string[];
  effectsUrl?: string;
  effectsPath?: string;
  effectsCommand?: string;
  window?: number;
  origin?: string;
  safeUrl?: string;
  maxRequests?: number;
  concurrency?: number;
  timeout?: number;
  patience?: number;
  level?: string;
  junit?: string;
}

export const defaults = {
  method: 'POST',
  keyHeader: 'Idempotency-Key',
  replayHeader: 'Idempotent-Replayed',
  maxRequests: 100,
  concurrency: 10,
  timeout: 10,
  patience: 30,
  level: 'should',
} as const satisfies CheckOptions;

const list = (flags: string, description: string) =>
  new Option(flags, `${description}; may be repeated`).argParser(append);
const otherwise = (name: keyof typeof defaults): string => `(default: ${defaults[name]})`;

export const checkOptions = (): Option[] => [
  new Option('--method <name>', `method of the request ${otherwise('method')}`),
  list('--header <name: value>', 'a header of every request, such as the caller’s Authorization'),
  new Option(
    '--body <file>',
    'the request’s body; {{unique}} in it becomes another text for each operation (- reads it from stdin)',
  ),
  new Option('--other-body <file>', 'the body for another payload (default: one value of the body is changed)'),
  new Option('--key-header <name>', `the header that carries the key ${otherwise('keyHeader')}`),
  new Option('--key-optional', 'requests without a key run unguarded: that breaks no rule'),
  new Option('--replay-header <name>', `the header that marks the answer to a repeat ${otherwise('replayHeader')}`),
  list('--other-header <name: value>', 'a header of another caller, sent in place of those of --header'),
  list('--fail-header <name: value>', 'a header that makes the target fail with 500 or above'),
  new Option('--fail-body <file>', 'a body that makes the target fail'),
  new Option('--fail-command <command>', 'a command that makes the target fail from now on, or at the next request'),
  new Option('--mend-command <command>', 'a command that undoes --fail-command'),
  list('--slow-header <name: value>', 'a header that makes the target slow, so that duplicates meet a running request'),
  new Option(
    '--effects-url <url>',
    'answers how many effects there are, of {{unique}} or in all: as JSON, a number or a list',
  ),
  new Option('--effects-path <path>', 'where in that JSON the number or list is, such as data.items'),
  new Option('--effects-command <command>', 'a command that prints how many effects there are'),
  new Option('--window <seconds>', 'how long the target remembers a key; the check waits that long').argParser(
    positive,
  ),
  new Option('--origin <url>', 'the origin of a page that may call the target: checks CORS'),
  new Option('--safe-url <url>', 'the URL for GET (default: the URL itself)'),
  new Option('--max-requests <count>', `send at most this many requests ${otherwise('maxRequests')}`).argParser(whole),
  new Option(
    '--concurrency <count>',
    `how many duplicates to send at the same time ${otherwise('concurrency')}`,
  ).argParser(whole),
  new Option('--timeout <seconds>', `how long to wait for one answer ${otherwise('timeout')}`).argParser(positive),
  new Option('--patience <seconds>', `how long a conflict after a failure may last ${otherwise('patience')}`).argParser(
    positive,
  ),
  new Option('--level <level>', `broken rules of this level and above set the exit code ${otherwise('level')}`).choices(
    levels,
  ),
  new Option('--junit <file>', 'also write the report as JUnit XML'),
  new Option(
    '--config <file>',
    'a JSON file with these options, named in camel case; the command line takes precedence',
  ),
];
