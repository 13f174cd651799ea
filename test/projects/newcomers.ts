import { join } from 'node:path';
import { samSnippet } from '../../infra/deploy-check/sam-snippet.ts';
import { readJson, root, strictProject } from '../support/consumer.ts';
import { httpApiEvent } from '../support/lambda.ts';
import { frameworkPackages, optionalOfNest } from './framework-packages.ts';

const { devDependencies } = await readJson<{ devDependencies: Record<string, string> }>(join(root, 'package.json'));
const versions = (...names: string[]) => Object.fromEntries(names.map((name) => [name, devDependencies[name] ?? '']));

const handler = ['@middy/core', '@aws-sdk/client-dynamodb'];
const stack = ['aws-cdk-lib', 'constructs', 'esbuild'];
const typed = ['typescript', '@types/node', '@types/aws-lambda'];

const event = JSON.stringify(
  httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: { orderId: 'o-1', userId: 'u-1', amount: 100 } }),
);
const context = `{ functionName: 'pay', getRemainingTimeInMillis: () => 3000 }`;

const tsconfig = (more = {}) => JSON.stringify(strictProject(more));

/** An app of one stack with one function, in TypeScript and in JavaScript the same. */
const app = (entry: string, bundling = '') => `
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { IdempotencyTable } from 'middy-idempotency/cdk';

const app = new App({ outdir: 'cdk.out' });
const stack = new Stack(app, 'App');
const pay = new NodejsFunction(stack, 'Pay', { entry: '${entry}', runtime: Runtime.NODEJS_22_X, ${bundling} });
new IdempotencyTable(stack, 'Idempotency').attach(pay);
app.synth();
`;

/** The handler with its store to be chosen by a test, and a test of it, for any runner that has \`test\`. */
const pay = (protect: string) => `
import middy from '@middy/core';
import { idempotencyKey } from 'middy-idempotency';

const pay = async () => ({ statusCode: 201, body: JSON.stringify({ paymentId: crypto.randomUUID() }) });

${protect}
`;

const test = (runner: string, from: string) => `
import { deepEqual, equal } from 'node:assert/strict';
import { test } from '${runner}';
import { memoryStore } from 'middy-idempotency/testing';
import { protect } from '${from}';

test('a payment is made once', async () => {
  const handler = protect({ store: memoryStore() });
  const send = () => handler(${event}, ${context});
  const first = await send();
  equal(first.statusCode, 201);
  const { body, headers } = await send();
  deepEqual([body, headers['idempotent-replayed']], [first.body, 'true']);
});
`;

export interface Project {
  dependencies: Record<string, string>;
  files: Record<string, string>;
  /** Files of the repository to take over, by their names there. */
  examples?: readonly string[];
  typeCheck?: readonly string[];
  test: readonly string[];
  synth?: string;
}

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default'];

export const projects: Record<string, Project> = {
  'ESM and Vitest': {
    dependencies: versions(...handler, ...stack, ...typed, 'vitest'),
    files: {
      'tsconfig.json': tsconfig(),
      'app.ts': app('pay.ts'),
      'pay.ts': pay(`
import type { IdempotencyKeyOptions } from 'middy-idempotency';
export const protect = (options?: IdempotencyKeyOptions) => middy(pay).use(idempotencyKey(options));
export const handler = protect();`),
      'pay.test.ts': `
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { memoryStore } from 'middy-idempotency/testing';
import { expect, test, vi } from 'vitest';

vi.stubEnv('IDEMPOTENCY_TABLE', 'unused');
const { protect } = await import('./pay.ts');

test('a payment is made once', async () => {
  const handler = protect({ store: memoryStore() });
  const event = ${event} as unknown as APIGatewayProxyEventV2;
  const send = () => handler(event, ${context} as Context);
  const first = await send();
  expect(first).toMatchObject({ statusCode: 201 });
  expect(await send()).toMatchObject({ ...first, headers: { 'idempotent-replayed': 'true' } });
});
`,
    },
    typeCheck: ['node_modules/typescript/bin/tsc'],
    test: vitest,
    synth: 'app.ts',
  },
  'plain JavaScript': {
    dependencies: versions(...handler, ...stack),
    files: {
      'app.js': app('pay.js'),
      'protect.js': pay('export const protect = (options) => middy(pay).use(idempotencyKey(options));'),
      'pay.js': `import { protect } from './protect.js';\nexport const handler = protect();\n`,
      'pay.test.js': test('node:test', './protect.js'),
    },
    test: ['--test'],
    synth: 'app.js',
  },
  'AWS SAM': {
    dependencies: versions(...handler, 'esbuild'),
    files: {
      'template.yaml': samSnippet(),
      'protect.js': pay('export const protect = (options) => middy(pay).use(idempotencyKey(options));'),
      'pay.js': `import { protect } from './protect.js';\nexport const handler = protect();\n`,
      'built.test.js': `
import { equal } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('what the template deploys makes a payment once', async () => {
  const [, folder] = /CodeUri: (.+)/.exec(readFileSync('template.yaml', 'utf8'));
  const outfile = folder + '/index.mjs';
  const options = ['--bundle', '--platform=node', '--format=esm', '--external:@aws-sdk/*', '--outfile=' + outfile];
  execFileSync('node_modules/.bin/esbuild', ['pay.js', ...options]);
  const { handler } = await import('./' + outfile);
  const send = () => handler(${event}, ${context});
  const first = await send();
  equal(first.statusCode, 201);
  equal((await send()).body, first.body);
});
`,
      'pay.test.js': test('node:test', './protect.js'),
    },
    test: ['--test'],
  },
  'a Powertools project': {
    dependencies: versions(
      ...handler,
      ...stack,
      ...typed,
      'vitest',
      '@aws-lambda-powertools/idempotency',
      '@aws-lambda-powertools/jmespath',
      '@aws-sdk/lib-dynamodb',
    ),
    files: {
      'tsconfig.json': tsconfig({ noPropertyAccessFromIndexSignature: true }),
      'app.ts': `
import { App } from 'aws-cdk-lib';
import { PowertoolsStack } from './powertools-stack.ts';

const app = new App({ outdir: 'cdk.out' });
new PowertoolsStack(app, 'App');
app.synth();
`,
      'old.ts': `
import { IdempotencyConfig } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { makeHandlerIdempotent } from '@aws-lambda-powertools/idempotency/middleware';
import middy from '@middy/core';
import { pay } from './pay.ts';

const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env['IDEMPOTENCY_TABLE'] ?? '' });
const config = new IdempotencyConfig({ eventKeyJmesPath: 'powertools_json(body).[orderId, userId]' });
export const handler = middy(pay).use(makeHandlerIdempotent({ persistenceStore, config }));
`,
      'pay.test.ts': `
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import { handler } from './from-powertools.ts';
import { handler as old } from './old.ts';

const event = ${event} as unknown as APIGatewayProxyEventV2;
const context = ${context} as Context;

test('what Powertools has answered is replayed, not done again', async () => {
  const first = await old(event, context);
  expect(first).toMatchObject({ statusCode: 201 });
  expect(await handler(event, context)).toMatchObject({ body: first.body, headers: { 'idempotent-replayed': 'true' } });
});
`,
    },
    examples: ['from-powertools.ts', 'pay.ts', 'powertools-stack.ts'],
    typeCheck: ['node_modules/typescript/bin/tsc'],
    test: vitest,
    synth: 'app.ts',
  },
  Nest: {
    dependencies: { ...versions(...handler, ...stack, ...typed, 'vitest'), ...frameworkPackages },
    files: {
      'tsconfig.json': tsconfig({ experimentalDecorators: true }),
      'app.ts': app(
        'nest.ts',
        `bundling: { externalModules: ['@aws-sdk/*', ${optionalOfNest.map((name) => `'${name}'`).join(', ')}] }`,
      ),
      'nest.test.ts': `
import type { Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import { handler } from './nest.ts';

test('a payment is made once', async () => {
  const send = () => handler(${event}, ${context} as Context) as Promise<{ statusCode: number; body: string }>;
  const first = await send();
  expect(first).toMatchObject({ statusCode: 201 });
  expect(await send()).toMatchObject({ body: first.body, headers: { 'idempotent-replayed': 'true' } });
});
`,
    },
    examples: ['nest.ts', 'payments.ts', 'problem-of.ts'].map((name) => `frameworks/${name}`),
    typeCheck: ['node_modules/typescript/bin/tsc'],
    test: vitest,
    synth: 'app.ts',
  },
};
