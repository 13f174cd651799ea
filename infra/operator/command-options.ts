import { InvalidArgumentError, Option } from 'commander';
import { attributeNames } from './connection/layout.ts';

export const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};

export const whole = (text: string): number => {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
};

export const append = (text: string, list: string[] = []): string[] => [...list, text];

const rename = (text: string, names: Record<string, string> = {}): Record<string, string> => {
  const [, attribute = '', name = ''] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (!attributeNames.includes(attribute)) {
    throw new InvalidArgumentError(
      `It must be ATTRIBUTE=NAME, where ATTRIBUTE is one of ${attributeNames.join(', ')}.`,
    );
  }
  return { ...names, [attribute]: name };
};

export const localUrl = (): string => `http://127.0.0.1:${process.env['PORT'] || 3000}`;

export const connectionOptions = (): Option[] => [
  new Option('--table <name>', 'the table').env('IDEMPOTENCY_TABLE'),
  new Option('--region <name>', 'the Region of the table (default: that of AWS_REGION or the profile)'),
  new Option('--profile <name>', 'a profile of the AWS configuration'),
  new Option('--endpoint <url>', 'an endpoint other than the DynamoDB of the Region'),
  new Option('--redis <url>', 'records in Redis: redis://HOST:PORT, rediss:// for TLS; REDISCLI_AUTH is the password'),
  new Option('--local', 'the local run and its table of records (at PORT, default: 3000)'),
  new Option('--local-url <url>', 'the local run at another address').implies({ local: true }),
];

export const layoutOptions = (): Option[] => [
  new Option('--key-prefix <text>', 'option `keyPrefix` of `dynamoDBStore`'),
  new Option('--attribute <name=other>', 'option `attributes` of `dynamoDBStore`; may be repeated').argParser(rename),
  new Option('--powertools', "records that are shared with Powertools, or Powertools' own"),
  new Option('--static-pk <value>', "their partition key in a table with a sort key (Powertools' `staticPkValue`)"),
];

export const scanOptions = (): Option[] => [
  new Option(
    '--rate <units>',
    'at most this many read units per second (default: 1000, or a quarter of what is provisioned)',
  ).argParser(positive),
  new Option('--segments <count>', 'how many segments of the table to scan in parallel').argParser(whole),
  new Option('--price <dollars>', 'price of a million read request units, for the estimate').argParser(positive),
];

export const estimateOption = (): Option => new Option('--estimate', 'only estimate the cost');
export const limitOption = (): Option =>
  new Option('--limit <count>', 'list at most this many').argParser(whole).default(100);

export const changeOptions = (): Option[] => [
  new Option('--yes', 'make the change; without it, a dry run'),
  new Option('--reason <text>', 'the reason, for the audit line'),
  new Option('--audit-file <path>', 'where to append the audit line, besides stderr').env(
    'MIDDY_IDEMPOTENCY_AUDIT_FILE',
  ),
];

export const holderOptions = (): Option[] => [
  new Option('--owner <owner>', 'only if this owner still holds the claim'),
  new Option('--force', 'even while the lease runs; needs --owner'),
];

export const retentionOption = (): Option =>
  new Option('--retention <seconds>', 'how long to keep the record from now on').argParser(whole).default(86_400);

export const troubleOptions = (): Option[] => [
  new Option('--stuck', 'claimed for a while, and the lease still runs: callers get 409 IN_PROGRESS'),
  new Option('--crashed', 'claimed, but the lease is over: nobody is running it'),
  new Option('--unavailable', 'done, but the answer was not kept: callers get 409 RESULT_UNAVAILABLE'),
  new Option('--older-than <seconds>', 'with --stuck: claimed longer ago than this').argParser(positive).default(60),
];

export const jsonOption = (): Option => new Option('--json', 'one JSON document on stdout');
