import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveEndpoint } from '../../../functions/idempotency/dynamodb/api/lean/endpoint.ts';
import { leanClient } from '../../../functions/idempotency/dynamodb/api/lean/lean-client.ts';
import type { LeanClientOptions } from '../../../functions/idempotency/dynamodb/api/lean/lean-options.ts';
import { credentials, getInput, ok, startServer } from './harness.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env).filter((key) => key.startsWith('AWS_'))) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('leanClient', () => {
  it.each<[string, object, RegExp]>([
    [
      'an unknown option',
      { retries: 3 },
      /unknown option `retries`.*Known options: region, endpoint, credentials, maxAttempts/,
    ],
    ['a Region that would change the host', { region: 'x.example/#' }, /option `region` must be a Region such as/],
    ['an empty endpoint', { endpoint: '' }, /option `endpoint` must be a non-empty string/],
    ['no try', { maxAttempts: 0 }, /option `maxAttempts` must be a whole number from 1 to 100, not 0/],
    ['no time to connect', { connectionTimeoutMs: 0 }, /option `connectionTimeoutMs` must be a whole number/],
    ['a timeout that is no number', { requestTimeoutMs: '3000' }, /option `requestTimeoutMs` must be a whole number/],
    [
      'credentials without a secret',
      { credentials: { accessKeyId: 'id' } },
      /option `credentials` must be \{ accessKeyId/,
    ],
    ['null', { region: null }, /option `region` must be/],
  ])('refuses %s', (_name, options, message) => {
    expect(() => leanClient({ region: 'eu-central-1', ...options } as LeanClientOptions)).toThrow(message);
  });

  it.each([5, true, ['eu-central-1']])('refuses the Region %j', (wrong) => {
    expect(() => leanClient({ region: wrong as never })).toThrow(/option `region` must be a Region such as/);
  });

  it('names the variable of a Region that is wrong', () => {
    vi.stubEnv('AWS_REGION', 'a b');
    expect(() => leanClient()).toThrow(/environment variable AWS_REGION.*must be a Region such as/);
  });

  it('refuses options that are none', () => {
    expect(() => leanClient(null as never)).toThrow(TypeError);
    expect(() => leanClient('eu-central-1' as never)).toThrow(TypeError);
  });

  it('does not show credentials that are wrong', () => {
    for (const wrong of ['the-secret-key', { secretAccessKey: 'the-secret-key' }, ['the-secret-key']]) {
      const make = () => leanClient({ region: 'eu-central-1', credentials: wrong as never });
      expect(make).toThrow(TypeError);
      expect(make).not.toThrow('the-secret-key');
    }
  });

  it('needs a Region, with an endpoint as well', () => {
    const cure = /no Region is set. Set the environment variable AWS_REGION \(Lambda does\) or pass `region`/;
    expect(() => leanClient()).toThrow(cure);
    expect(() => leanClient({ endpoint: 'http://127.0.0.1:1' })).toThrow(cure);
    expect(() => leanClient({ region: 'eu-central-1', endpoint: undefined, maxAttempts: undefined })).not.toThrow();
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    expect(() => leanClient()).not.toThrow();
  });

  it('takes Region and endpoint from the environment, as they are when it is made', async () => {
    const { endpoint, requests } = await startServer(ok);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint);
    const client = leanClient({ credentials });
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_REGION', 'eu-west-2');
    await client.getItem(getInput);
    expect(requests[0]?.headers.authorization).toContain('/eu-west-1/dynamodb/');
  });
});

describe('the endpoint', () => {
  it.each<[string, Record<string, string>, string | undefined, string]>([
    ['the option', { AWS_ENDPOINT_URL_DYNAMODB: 'http://a' }, 'http://option:1', 'http://option:1/'],
    [
      'DynamoDB’s variable',
      { AWS_ENDPOINT_URL_DYNAMODB: 'http://a', AWS_ENDPOINT_URL: 'http://b' },
      undefined,
      'http://a/',
    ],
    ['the common variable', { AWS_ENDPOINT_URL: 'http://b/path' }, undefined, 'http://b/path/'],
    [
      'DynamoDB’s own when the variables are to be ignored',
      { AWS_ENDPOINT_URL_DYNAMODB: 'http://a', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      undefined,
      'https://dynamodb.eu-central-1.amazonaws.com/',
    ],
    ['the option whatever is to be ignored', { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, 'http://o', 'http://o/'],
  ])('is %s', (_name, environment, option, expected) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect(resolveEndpoint('eu-central-1', option).href).toBe(expected);
  });

  const regions = [
    ...[
      'eu-central-1',
      'us-east-1',
      'cn-north-1',
      'cn-northwest-1',
      'us-gov-west-1',
      'us-gov-east-1',
      'eusc-de-east-1',
    ],
    ...['us-iso-east-1', 'us-isob-east-1', 'us-isof-south-1', 'eu-isoe-west-1', 'mx-central-1', 'xx-new-1'],
  ];
  const { endpointProvider } = new DynamoDBClient({ region: 'eu-central-1', credentials }).config;

  it.each(
    regions.flatMap((region) =>
      [false, true].flatMap((fips) => [false, true].map((dual) => [region, fips, dual] as const)),
    ),
  )('in %s is the SDK’s (FIPS: %s, dual-stack: %s)', (Region, UseFIPS, UseDualStack) => {
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', String(UseFIPS));
    vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', String(UseDualStack));
    expect(resolveEndpoint(Region, undefined).href).toBe(endpointProvider({ Region, UseFIPS, UseDualStack }).url.href);
  });

  it.each([
    'localhost:8000',
    'ftp://example.com',
    'http://',
    'http://user:password@example.com',
    'https://exa mple.com',
  ])('%s is refused, by where it comes from', (endpoint) => {
    expect(() => resolveEndpoint('eu-central-1', endpoint)).toThrow(/the option `endpoint` must be a URL such as/);
    vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
    expect(() => resolveEndpoint('eu-central-1', undefined)).toThrow(/the environment variable AWS_ENDPOINT_URL must/);
    expect(() => resolveEndpoint('eu-central-1', undefined)).not.toThrow(endpoint);
  });
});
