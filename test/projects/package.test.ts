import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import type { Metafile } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { bundleAsDeployed } from '../support/bundle.ts';
import { createConsumer, packTarball, readJson, root, runModule, typeCheck } from '../support/consumer.ts';
import { openDatabase } from '../support/dynamodb.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { httpApiEvent } from '../support/lambda.ts';

interface Manifest {
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
  devDependencies: Record<string, string>;
  exports: Record<string, unknown>;
}

const manifest = await readJson<Manifest>(join(root, 'package.json'));
const requiredPeers = Object.entries(manifest.peerDependencies).filter(
  ([name]) => !manifest.peerDependenciesMeta[name]?.optional,
);

/** The lowest version that a range like `^6.0.0 || ^7.0.0` allows. */
const lowest = (range: string): string => /\d+\.\d+\.\d+/.exec(range)?.[0] ?? range;

const peers = {
  oldest: Object.fromEntries(requiredPeers.map(([name, range]) => [name, lowest(range)])),
  newest: Object.fromEntries(requiredPeers.map(([name]) => [name, manifest.devDependencies[name] ?? 'missing'])),
};

const tsconfig = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node', 'aws-lambda'],
  },
};

const quickStart = (entry: string): string => `
import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { idempotencyKey } from '${entry}';

const pay = async (event: APIGatewayProxyEventV2) => ({
  statusCode: 201,
  body: JSON.stringify({ paymentId: crypto.randomUUID(), of: event.body }),
});

export const handler = middy(pay).use(idempotencyKey());
`;

const files = {
  'tsconfig.json': JSON.stringify(tsconfig),
  'quick-start.ts': quickStart('middy-idempotency'),
  'lean.ts': quickStart('middy-idempotency/lean'),
  'run-twice.mjs': `
const { handler } = await import(process.argv[2]);
const event = JSON.parse(process.env.EVENT);
const call = () => handler(event, { functionName: 'pay', getRemainingTimeInMillis: () => 6000 });
console.log(JSON.stringify([await call(), await call()]));
`,
  'run-until-deadline.mjs': `
const { handler } = await import(process.argv[2]);
const event = JSON.parse(process.env.EVENT);
const deadlineMs = Date.now() + 1500;
const { statusCode } = await handler(event, { functionName: 'pay', getRemainingTimeInMillis: () => deadlineMs - Date.now() });
console.log(JSON.stringify({ statusCode, inTime: Date.now() < deadlineMs }));
// Long enough to see a try that the client should not make any more.
setTimeout(() => process.exit(), 1000);
`,
  'every-entry.ts': Object.keys(manifest.exports)
    .map((entry, index) => `export * as entry${index} from 'middy-idempotency${entry.slice(1)}';`)
    .join('\n'),
};

/** The files that bytes of a bundle come from. */
const bundledFiles = ({ outputs }: Metafile): string[] =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );

const packagesOf = (paths: readonly string[]): string[] => {
  const names = paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
};

let folder: string;
let tarball: string;
let engine: Engine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  [engine, tarball] = await Promise.all([startEngine(), packTarball(join(folder, 'release'))]);
}, 60_000);

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

describe('the tarball', () => {
  it('holds what users need, and nothing else', async () => {
    const paths = createPackageFromTarballData(await readFile(tarball))
      .listFiles()
      .map((path) => path.replace('/node_modules/middy-idempotency/', ''));
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md']));
    const code = paths.filter((path) => path.startsWith('dist/'));
    expect(paths).toHaveLength(code.length + 4);
    const isOfLibrary = (path: string) =>
      /^dist\/(functions\/idempotency|infra\/idempotency-table)[/.].*(js|d\.ts)$/.test(path);
    expect(code).toContain('dist/infra/idempotency-table.js');
    expect(code.filter((path) => !isOfLibrary(path)).sort()).toEqual([
      'dist/operator/THIRD-PARTY-LICENSES.txt',
      'dist/operator/middy-idempotency.js',
    ]);
  });

  it('has exports that publint finds no fault with', async () => {
    const { buffer } = new Uint8Array(await readFile(tarball));
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  it('has types that fit its code, for ES modules', async () => {
    const result = await checkPackage(createPackageFromTarballData(await readFile(tarball)));
    if (!result.types) throw new Error('the package has no types');
    // Asked of an ESM-only package by CommonJS and by resolvers older than `exports`: nothing that it could do better.
    const isOfOldResolvers = (problem: object) =>
      'resolutionKind' in problem && ['node10', 'node16-cjs'].includes(String(problem.resolutionKind));
    expect(Object.keys(result.entrypoints)).toEqual(Object.keys(manifest.exports));
    expect(result.problems.filter((problem) => !isOfOldResolvers(problem))).toEqual([]);
  });
});

describe.each(['oldest', 'newest'] as const)('with the %s peers that package.json allows', (age) => {
  let project: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    project = join(folder, age);
    const { '@types/node': node = '', '@types/aws-lambda': awsLambda = '' } = manifest.devDependencies;
    const dependencies = { ...peers[age], '@types/node': node, '@types/aws-lambda': awsLambda };
    await createConsumer(project, { tarball, dependencies, files });
    env = {
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      IDEMPOTENCY_TABLE: await openDatabase(engine.endpoint).createTable(),
    };
  }, 120_000);

  /** What two callers with the same key get. */
  const runTwice = async (module: string): Promise<unknown> => {
    const event = httpApiEvent({ headers: { 'idempotency-key': module }, body: { orderId: 'o-1' } });
    return runModule(project, ['run-twice.mjs', module], { ...env, EVENT: JSON.stringify(event) });
  };

  const onceThenReplayed = [
    { statusCode: 201, body: expect.stringContaining('paymentId') },
    { statusCode: 201, body: expect.stringContaining('paymentId'), headers: { 'idempotent-replayed': 'true' } },
  ];

  it('type-checks under strict, with the declarations of libraries checked too', async () => {
    for (const name of ['aws-cdk-lib', 'constructs', '@aws-lambda-powertools', '@aws-sdk/client-s3']) {
      await symlink(join(root, 'node_modules', name), join(project, 'node_modules', name));
    }
    // Middy 7's own declarations need the durable execution SDK, which is an optional peer of Middy.
    const complaints = (await typeCheck(project)).filter((line) => !line.includes('@middy/core/index.d.ts'));
    expect(complaints).toEqual([]);
  });

  it('runs in plain Node', async () => {
    expect(await runTwice('./quick-start.ts')).toEqual(onceThenReplayed);
  });

  it('runs as one bundled file', async () => {
    await bundleAsDeployed({ folder: project, entry: 'quick-start.ts', outfile: 'bundle/all.mjs' });
    expect(await runTwice('./bundle/all.mjs')).toEqual(onceThenReplayed);
  });

  it('brings the operator tool, which needs nothing besides', async () => {
    await runTwice('./quick-start.ts');
    const tool = join(project, 'node_modules/.bin/middy-idempotency');
    const found = (await runModule(project, [tool, 'find', '--key', './quick-start.ts', '--json'], env)) as {
      records: { state: string }[];
    };
    expect(found.records).toMatchObject([{ state: 'done', namespace: 'pay', nextRequest: { outcome: 'REPLAY' } }]);
  });

  it('a Lambda with idempotencyKey alone carries nothing of the other middlewares, JMESPath, caches or the CDK', async () => {
    const metafile = await bundleAsDeployed({
      folder: project,
      entry: 'quick-start.ts',
      outfile: 'bundle/alone.mjs',
      external: ['@aws-sdk/*', '@smithy/*'],
    });
    const paths = bundledFiles(metafile);
    expect(packagesOf(paths)).toEqual(['@middy/core', 'middy-idempotency']);
    expect(
      paths.filter((path) =>
        /middy-idempotency\/.*(transaction\/|unique-index|single-use|consume-token|addons\/|lean\/|infra\/)/.test(path),
      ),
    ).toEqual([]);
    expect(await runTwice('./bundle/alone.mjs')).toEqual(onceThenReplayed);
  });

  it('middy-idempotency/lean runs in plain Node, and as one small file without anything of the AWS SDK', async () => {
    expect(await runTwice('./lean.ts')).toEqual(onceThenReplayed);
    const metafile = await bundleAsDeployed({ folder: project, entry: 'lean.ts', outfile: 'bundle/lean.mjs' });
    expect(packagesOf(bundledFiles(metafile))).toEqual(['@middy/core', 'middy-idempotency']);
    expect(Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(80_000);
    expect(await runTwice('./bundle/lean.mjs')).toEqual(onceThenReplayed);
  });

  it.each(['./quick-start.ts', './lean.ts'])(
    '%s gives up in time on a database that does not answer',
    async (module) => {
      const proxy = await startFaultProxy(engine.endpoint);
      proxy.planAll('hang');
      const event = JSON.stringify(httpApiEvent({ headers: { 'idempotency-key': 'k-1' }, body: {} }));
      const unanswered = { ...env, AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint, EVENT: event };
      expect(await runModule(project, ['run-until-deadline.mjs', module], unanswered)).toEqual({
        statusCode: 503,
        inTime: true,
      });
      // The claim, and taking it back.
      expect(proxy.requests('UpdateItem')).toBe(2);
    },
  );
});
