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
const otherwise = (name: keyof typeof defaults): string => `(else ${defaults[name]})`;

export const checkOptions = (): Option[] => [
  new Option('--method <name>', `of the request ${otherwise('method')}`),
  list('--header <name: value>', 'of every request, like the caller’s Authorization'),
  new Option(
    '--body <file>',
    'the request’s body; {{unique}} in it is another text for each operation (- reads it from stdin)',
  ),
  new Option('--other-body <file>', 'a body for another payload (else one value of the body is changed)'),
  new Option('--key-header <name>', `which carries the key ${otherwise('keyHeader')}`),
  new Option('--key-optional', 'requests without a key are done, unguarded'),
  new Option('--replay-header <name>', `which says that an answer is a repeat’s ${otherwise('replayHeader')}`),
  list('--other-header <name: value>', 'of another caller, in the place of those of --header'),
  list('--fail-header <name: value>', 'makes the target fail with 500 or above'),
  new Option('--fail-body <file>', 'a body that makes it fail'),
  new Option('--fail-command <command>', 'makes it fail from now on, or when the next request comes'),
  new Option('--mend-command <command>', 'ends that'),
  list('--slow-header <name: value>', 'makes the target take its time, so that duplicates meet a running one'),
  new Option(
    '--effects-url <url>',
    'tells how many effects there are, of {{unique}} or of all: JSON, a number or a list',
  ),
  new Option('--effects-path <path>', 'where in that JSON, like data.items'),
  new Option('--effects-command <command>', 'prints how many there are'),
  new Option('--window <seconds>', 'for how long a key is remembered; the check waits so long').argParser(positive),
  new Option('--origin <url>', 'of a page that may call: tries CORS'),
  new Option('--safe-url <url>', 'what GET is tried at (else the URL itself)'),
  new Option('--max-requests <count>', `at most so many ${otherwise('maxRequests')}`).argParser(whole),
  new Option('--concurrency <count>', `so many at the same time ${otherwise('concurrency')}`).argParser(whole),
  new Option('--timeout <seconds>', `for one answer ${otherwise('timeout')}`).argParser(positive),
  new Option('--patience <seconds>', `for a conflict after a failure to end ${otherwise('patience')}`).argParser(
    positive,
  ),
  new Option(
    '--level <level>',
    `what counts for the exit code: this and what is above it ${otherwise('level')}`,
  ).choices(levels),
  new Option('--junit <file>', 'writes the report as JUnit XML too'),
  new Option(
    '--config <file>',
    'JSON with these options by their names in camel case; the command line goes before it',
  ),
];
