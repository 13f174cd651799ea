import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, install, packTarball, readJson, root, run } from '../support/consumer.ts';
import { httpApiEvent } from '../support/lambda.ts';

const files = {
  // For decorators, which swc reads only where it is told so.
  '.swcrc': JSON.stringify({
    jsc: { parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true } },
  }),
  'lib/app-stack.ts': `
import * as cdk from 'aws-cdk-lib/core';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { IdempotencyTable } from 'middy-idempotency/cdk';

export class AppStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    const pay = new NodejsFunction(this, 'Pay', { entry: 'lib/pay.ts', runtime: Runtime.NODEJS_22_X });
    new IdempotencyTable(this, 'Idempotency').attach(pay);
  }
}
`,
  'lib/pay.ts': `
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Handler } from 'aws-lambda';
import { idempotencyKey, type IdempotencyKeyOptions } from 'middy-idempotency';

type Pay = Handler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

const pay = async (_event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: 201,
  body: JSON.stringify({ paymentId: crypto.randomUUID() }),
});

export const protect = (options?: IdempotencyKeyOptions): Pay => middy(pay).use(idempotencyKey(options));

export const handler: Pay = (...call) => protect()(...call);
`,
  'lib/billing.ts': `
import { currentOperation, type IdempotencyStore, idempotent } from 'middy-idempotency';
import { memoryStore } from 'middy-idempotency/testing';

const store: IdempotencyStore = memoryStore();

export class Billing {
  @idempotent({ name: 'charge', namespace: 'billing', store, leaseMs: 1000, key: (order: { id: string }) => order.id })
  async charge(_order: { id: string }): Promise<string> {
    return currentOperation().deriveKey('card') + crypto.randomUUID();
  }
}
`,
  'test/app.test.ts': `
import * as cdk from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { AppStack } from '../lib/app-stack';

test('the stack has the table', () => {
  const app = new cdk.App({ context: { 'aws:cdk:bundling-stacks': [] } });
  Template.fromStack(new AppStack(app, 'Stack')).hasResourceProperties('AWS::DynamoDB::Table', {
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
});
`,
  'test/pay.test.ts': `
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { memoryStore, storeContract } from 'middy-idempotency/testing';
import { Billing } from '../lib/billing';
import { protect } from '../lib/pay';

const event: APIGatewayProxyEventV2 = ${JSON.stringify(httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: {} }))} as never;
const context = { functionName: 'pay', getRemainingTimeInMillis: () => 3000 } as Context;

test('a payment is made once', async () => {
  const handler = protect({ store: memoryStore() });
  const first = await handler(event, context, () => undefined);
  expect(first).toMatchObject({ statusCode: 201 });
  expect(await handler(event, context, () => undefined)).toMatchObject({
    body: (first as { body: string }).body,
    headers: { 'idempotent-replayed': 'true' },
  });
});

test('a decorated method runs once', async () => {
  const [first, second] = [await new Billing().charge({ id: 'o-1' }), await new Billing().charge({ id: 'o-1' })];
  expect(second).toBe(first);
});

describe('the store', () => {
  for (const { name, run } of storeContract(() => memoryStore())) test(name, run);
});
`,
  'test/mocked.test.ts': `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDBStore, idempotencyKey, uniqueIndex } from 'middy-idempotency';

jest.mock('@aws-sdk/client-dynamodb');

test('an automatic mock of the client is no hindrance', () => {
  expect(jest.isMockFunction(DynamoDBClient)).toBe(true);
  expect(() => idempotencyKey({ store: dynamoDBStore({ tableName: 't' }) })).not.toThrow();
  expect(() => uniqueIndex({ key: () => 'k', store: dynamoDBStore({ tableName: 't' }) })).not.toThrow();
});
`,
};

const example = await readFile(join(root, 'docs/examples/jest.config.cjs'), 'utf8');

/** What a project of either age has for its tests, and what its configuration needs for Middy. */
const runners = {
  'Jest with swc': { packages: [], config: example },
  'Jest with ts-jest': {
    packages: ['typescript@5.9.3', 'ts-jest@29.4.15'],
    config: example.replace(
      /transform: .*/,
      () => String.raw`transform: { '^.+\.ts$': 'ts-jest', '/@middy/.+\.js$': ['@swc/jest'] },`,
    ),
  },
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cdk-init-'));
  const app = join(folder, 'app');
  await mkdir(app);
  const [tarball] = await Promise.all([
    packTarball(join(folder, 'release')),
    run(bin('cdk'), ['init', 'app', '--language', 'typescript', '--generate-only'], { cwd: app }),
    cp(join(root, '.npmrc'), join(app, '.npmrc')),
  ]);
  const { devDependencies } = await readJson<{ devDependencies: Record<string, string> }>(join(root, 'package.json'));
  const versions = ['@aws-sdk/client-dynamodb', '@types/aws-lambda', 'esbuild'].map(
    (name) => `${name}@${devDependencies[name]}`,
  );
  await install(app, [tarball, '@middy/core@6.4.5', ...versions]);
  for (const [path, content] of Object.entries(files)) await writeFile(join(app, path), content);
}, 300_000);

afterAll(() => rm(folder, { recursive: true }));

describe('a project of `cdk init app --language typescript`, as it is', () => {
  const inApp = (program: string, ...args: string[]) =>
    run(process.execPath, [join('node_modules/.bin', program), ...args], { cwd: join(folder, 'app') });

  it('is CommonJS', async () => {
    expect(await readJson(join(folder, 'app/package.json'))).not.toHaveProperty('type', 'module');
  });

  it('passes its compiler and `cdk synth`, the function bundled', async () => {
    await inApp('tsc');
    await inApp('cdk', 'synth', '--quiet');
    expect(await readFile(join(folder, 'app/cdk.out/AppStack.template.json'), 'utf8')).toContain('IDEMPOTENCY_TABLE');
  }, 120_000);

  it('runs the test of a stack under its own Jest configuration', async () => {
    await inApp('jest', 'test/app.test.ts', 'test/mocked.test.ts');
  }, 120_000);

  it.each(Object.entries(runners))(
    'runs every test under %s, configured for Middy',
    async (_name, { packages, config }) => {
      const app = join(folder, 'app');
      if (packages.length > 0) await install(app, packages);
      await writeFile(join(app, 'jest.config.js'), config);
      const { stderr } = await inApp('jest');
      expect(stderr).toMatch(/Test Suites: 3 passed, 3 total/);
    },
    300_000,
  );
});
