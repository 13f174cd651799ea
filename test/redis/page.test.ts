import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { synthesize } from '../infra/synthesize.ts';
import { bundleAsDeployed } from '../support/bundle.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';
import { describeRedis, sharedPort } from '../support/redis.ts';
import { aclRule } from './acl-rule.ts';

describe('docs/redis.md', () => {
  it('has the rule of a user that keeps the contract', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/redis.md'), 'utf8');
    expect(page).toContain(`ACL SETUSER app on >secret ${aclRule} +info\n`);
  });

  it('its handler: no client of the AWS SDK is in the bundle', async () => {
    const folder = join(import.meta.dirname, '../..');
    const outfile = join(await mkdtemp(join(tmpdir(), 'redis-page-')), 'index.mjs');
    const conditions = ['middy-idempotency-source'];
    const { inputs } = await bundleAsDeployed({
      folder,
      entry: 'docs/examples/redis.ts',
      outfile,
      conditions,
      external: ['./docs/examples/pay.ts'],
    });
    expect(Object.keys(inputs).filter((path) => /@aws-sdk\/client|@smithy/.test(path))).toEqual([]);
    await rm(dirname(outfile), { recursive: true });
  });

  it('its stack: the function gets to the cache by its security group, as a user who has a role and no password', async () => {
    const { PaymentOnValkeyStack } = await import('../../docs/examples/redis-stack.ts');
    const template = synthesize((app) => new PaymentOnValkeyStack(app, 'Payment'));
    const only = (type: string) => {
      const [resource, ...others] = Object.values(template.findResources(type));
      expect(others).toEqual([]);
      return resource?.['Properties'];
    };
    const user = only('AWS::ElastiCache::User');
    expect(user).toMatchObject({ Engine: 'valkey', UserId: user.UserName, AuthenticationMode: { Type: 'iam' } });
    expect(user.AccessString).toContain(`on ${aclRule} `);
    const cache = only('AWS::ElastiCache::ServerlessCache');
    expect(cache).toMatchObject({ Engine: 'valkey', ServerlessCacheName: 'idempotency', SubnetIds: [{}, {}] });
    expect(cache.CacheUsageLimits).toBeUndefined();
    const { VpcConfig, Environment } = Object.values(template.findResources('AWS::Lambda::Function'))
      .map(({ Properties }) => Properties)
      .find(({ VpcConfig }) => VpcConfig);
    expect(Environment.Variables).toMatchObject({ CACHE_NAME: 'idempotency', CACHE_USER: user.UserId });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: cache.SecurityGroupIds[0],
      SourceSecurityGroupId: VpcConfig.SecurityGroupIds[0],
      FromPort: 6379,
      ToPort: 6379,
    });
    expect(template.findResources('AWS::EC2::NatGateway')).toEqual({});
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const connect = statements.filter(({ Action }) => Action === 'elasticache:Connect');
    expect(connect).toHaveLength(1);
    const resources = JSON.stringify(connect[0].Resource);
    expect(resources).toContain(':serverlesscache:idempotency');
    expect(resources).toContain(`:user:${user.UserId}`);
  });

  it('its token names cache and user, and is signed for 15 minutes', async () => {
    const environment = {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const { iamToken } = await import('../../docs/examples/redis-iam-token.ts');
    const token = new URL(`http://${await iamToken('idempotency', 'pay')}`);
    vi.unstubAllEnvs();
    expect(token.host).toBe('idempotency');
    expect(Object.fromEntries(token.searchParams)).toMatchObject({
      Action: 'connect',
      User: 'pay',
      ResourceType: 'ServerlessCache',
      'X-Amz-Expires': '900',
      'X-Amz-Credential': expect.stringMatching(/^id\/\d{8}\/eu-central-1\/elasticache\/aws4_request$/),
      'X-Amz-Security-Token': 'session',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

describeRedis('docs/redis.md', () => {
  it('its handler: a payment is made once', async () => {
    vi.stubEnv('REDIS_URL', `redis://127.0.0.1:${sharedPort()}`);
    const { handler } = await import('../../docs/examples/redis.ts');
    vi.unstubAllEnvs();
    const event = httpApiEvent({
      headers: { 'idempotency-key': crypto.randomUUID() },
      body: { orderId: 'o-1', amount: 1 },
    });
    const call = () => handler(event as never, lambdaContext() as never);
    const first = await call();
    expect(first).toMatchObject({ statusCode: 201 });
    expect(await call()).toMatchObject({ body: first?.body, headers: { 'idempotent-replayed': 'true' } });
  });
});
