import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createPackageFromTarballData } from '@arethetypeswrong/core';
import { build, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { problemsOfTarball } from '../../release/problems-of-tarball.ts';
import { bundleAsDeployed } from '../support/bundle.ts';
import { createConsumer, packTarball, readJson, root, runModule, typeCheck } from '../support/consumer.ts';
import { openDatabase } from '../support/dynamodb.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { httpApiEvent } from '../support/lambda.ts';

interface Files {
  types: string;
  default: string;
}

interface Manifest {
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  exports: Record<string, { import: Files; require: Files }>;
}

const manifest = await readJson<Manifest>(join(root, 'package.json'));
const peerRanges = Object.entries(manifest.peerDependencies).filter(([name]) => !name.startsWith('@types/'));

/** The lowest version that a range like `^6.0.0 || ^7.0.0` allows. */
const lowest = (range: string): string => /\d+\.\d+\.\d+/.exec(range)?.[0] ?? range;

const peers = {
  oldest: Object.fromEntries(peerRanges.map(([name, range]) => [name, lowest(range)])),
  newest: Object.fromEntries(peerRanges.map(([name]) => [name, manifest.devDependencies[name] ?? 'missing'])),
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
  'one-state.mjs': `
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const results = [];
for (const entry of process.argv.slice(2)) {
  const [imported, required] = [await import(entry), require(entry)];
  const names = Object.keys(required);
  results.push({ entry, names: names.length, different: names.filter((name) => imported[name] !== required[name]) });
}
console.log(JSON.stringify(results));
`,
  'optional-entries.mjs': `
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { IdempotencyTable } from 'middy-idempotency/cdk';
import { fromJmesPath } from 'middy-idempotency/jmespath';
import { s3Overflow } from 'middy-idempotency/s3';

const stack = new Stack(new App({ outdir: 'cdk.out' }), 'Stack');
new IdempotencyTable(stack, 'Idempotency');
const [table] = Object.values(Template.fromStack(stack).toJSON().Resources);

const objects = new Map();
const server = createServer(async (request, response) => {
  if (request.method === 'PUT') objects.set(request.url.split('?')[0], await buffer(request));
  response.end(request.method === 'GET' ? objects.get(request.url.split('?')[0]) : undefined);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const client = new S3Client({ endpoint: \`http://127.0.0.1:\${server.address().port}\`, forcePathStyle: true });
const overflow = s3Overflow({ bucket: 'b', client });
await overflow.put('key', new TextEncoder().encode('kept'), 2e9);
const body = new TextDecoder().decode(await overflow.get('key'));
server.closeAllConnections();
server.close();

const key = await fromJmesPath('orderId')({ orderId: 'o-1' }, {});
console.log(JSON.stringify({ table: table.Type, key, kept: [...objects.keys(), body] }));
`,
  'every-entry.ts': Object.keys(manifest.exports)
    .map((entry, index) => `export * as entry${index} from 'middy-idempotency${entry.slice(1)}';`)
    .join('\n'),
};

const bytesOfLibrary = ({ outputs }: Metafile): number =>
  Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path]) => !path.includes('@middy'))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);

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
let sourceBytes: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  [engine, tarball] = await Promise.all([startEngine(), packTarball(join(folder, 'release'))]);
  const bundle = await bundleAsDeployed({
    folder: root,
    entry: 'bench/handlers/ours.ts',
    outfile: join(folder, 'from-sources.mjs'),
    external: ['@aws-sdk/*', '@smithy/*'],
  });
  sourceBytes = bytesOfLibrary(bundle);
}, 120_000);

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
    const others = paths.filter(
      (path) =>
        !/^(dist\/.+\.([cm]js(\.map)?|d\.[cm]ts)|docs\/([^/]+\.md|examples\/(frameworks\/)?[^/]+\.(ts|cjs|html)))$/.test(
          path,
        ),
    );
    expect(others.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/licenses/@aws-sdk-util-dynamodb.txt',
      'dist/operator/THIRD-PARTY-LICENSES.txt',
      'dist/operator/middy-idempotency.js',
      'docs/charts/cpu-dark.svg',
      'docs/charts/cpu-light.svg',
      'docs/charts/first-request-dark.svg',
      'docs/charts/first-request-light.svg',
      'docs/charts/throughput-dark.svg',
      'docs/charts/throughput-light.svg',
      'docs/pictures/dashboard.svg',
      'package.json',
    ]);
    for (const [, { import: esm, require: cjs }] of Object.entries(manifest.exports)) {
      for (const file of [...Object.values(esm), ...Object.values(cjs)]) expect(paths).toContain(file.slice(2));
    }
    expect(paths).toContain('dist/main.cjs.map');
  });

  it('holds what its pages link to', async () => {
    const tree = createPackageFromTarballData(await readFile(tarball));
    const home = '/node_modules/middy-idempotency/';
    const paths = tree.listFiles().map((path) => path.replace(home, ''));
    const broken = paths
      .filter((path) => path.endsWith('.md'))
      .flatMap((page) =>
        [...tree.readFile(home + page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => ({
          page,
          target: join(dirname(page), link),
        })),
      )
      .filter(({ target }) => !paths.some((path) => path === target || path.startsWith(target)));
    expect(broken).toEqual([]);
  });

  it('has exports and types in which publint and attw find no fault, however they are resolved', async () => {
    expect(await problemsOfTarball(tarball)).toEqual([]);
  });
});

/** Projects between the oldest and the newest, that install the package as it is told, and let npm choose the rest. */
const pinned = [
  { '@aws-sdk/client-dynamodb': '3.713.0', '@middy/core': '6.4.5' },
  { '@aws-sdk/client-dynamodb': '3.713.0', 'aws-cdk-lib': '2.208.0', '@middy/core': '6.4.5' },
  {
    '@aws-sdk/client-dynamodb': '3.908.0',
    '@aws-sdk/lib-dynamodb': '3.902.0',
    '@aws-sdk/client-s3': '3.800.0',
    '@middy/core': '6.1.6',
  },
];

describe.each(pinned)('in a project that is pinned to %o', (dependencies) => {
  it('npm installs it without complaint and without a second client, and it loads', async () => {
    const project = await mkdtemp(join(folder, 'pinned-'));
    await createConsumer(project, { tarball, dependencies, files: {} });
    const lock = await readJson<{ packages: Record<string, { version: string }> }>(join(project, 'package-lock.json'));
    const clients = Object.entries(lock.packages).filter(([path]) => path.endsWith('/@aws-sdk/client-dynamodb'));
    expect(clients.map(([, { version }]) => version)).toEqual([dependencies['@aws-sdk/client-dynamodb']]);
    const printKind = `import { uniqueIndex } from 'middy-idempotency'; console.log(JSON.stringify(typeof uniqueIndex));`;
    expect(await runModule(project, ['--input-type=module', '--eval', printKind], {})).toBe('function');
  }, 300_000);
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
  }, 300_000);

  /** What two callers with the same key get. */
  const runTwice = async (module: string): Promise<unknown> => {
    const event = httpApiEvent({ headers: { 'idempotency-key': module }, body: { orderId: 'o-1' } });
    return runModule(project, ['run-twice.mjs', module], { ...env, EVENT: JSON.stringify(event) });
  };

  const remembered = { 'idempotency-key-max-age': expect.stringMatching(/^86\d{3}$/) };
  const onceThenReplayed = [
    { statusCode: 201, body: expect.stringContaining('paymentId'), headers: remembered },
    {
      statusCode: 201,
      body: expect.stringContaining('paymentId'),
      headers: { ...remembered, 'idempotent-replayed': 'true' },
    },
  ];

  it('type-checks under strict, with the declarations of libraries checked too', async () => {
    // Middy 7's own declarations need the durable execution SDK, which is an optional peer of Middy.
    const complaints = (await typeCheck(project)).filter((line) => !line.includes('@middy/core/index.d.ts'));
    expect(complaints).toEqual([]);
  });

  it('is the same from `import` and from `require`, all of it', async () => {
    const entries = Object.keys(manifest.exports).map((entry) => `middy-idempotency${entry.slice(1)}`);
    expect(await runModule(project, ['one-state.mjs', ...entries], env)).toEqual(
      entries.map((entry) => ({ entry, names: expect.any(Number), different: [] })),
    );
  });

  it('every optional entry works with its peer', async () => {
    expect(await runModule(project, ['optional-entries.mjs'], env)).toEqual({
      table: 'AWS::DynamoDB::Table',
      key: 'o-1',
      kept: ['/b/idempotency/key', 'kept'],
    });
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
    // Not more than the sources themselves, by the same options, but for shorter names: building the package costs nothing.
    expect(bytesOfLibrary(metafile)).toBeLessThan(sourceBytes * 1.001);
    expect(
      paths.filter((path) =>
        /middy-idempotency\/.*(transaction\/|bundled\/|unique-index|single-use|consume-token|addons\/|lean\/|infra\/)/.test(
          path,
        ),
      ),
    ).toEqual([]);
    expect(await runTwice('./bundle/alone.mjs')).toEqual(onceThenReplayed);
  });

  it('a bundler whose conditions are set gets one copy of the CommonJS files, unless `module` is among them', async () => {
    const sourcesOf = async (conditions: string[]) => {
      const { metafile } = await build({
        stdin: { contents: "export { idempotencyKey } from 'middy-idempotency';", resolveDir: project },
        bundle: true,
        platform: 'node',
        packages: 'bundle',
        external: ['@aws-sdk/*'],
        conditions,
        metafile: true,
        write: false,
      });
      return bundledFiles(metafile)
        .filter((path) => path.includes('middy-idempotency/'))
        .map((path) => /dist\/(module|[^/]+\.cjs)/.exec(path)?.[1]);
    };
    expect(await sourcesOf(['mine'])).toContain('main.cjs');
    expect(new Set(await sourcesOf(['module', 'mine']))).toEqual(new Set(['module']));
  });

  it('middy-idempotency/lean runs in plain Node, and as one small file without anything of the AWS SDK', async () => {
    expect(await runTwice('./lean.ts')).toEqual(onceThenReplayed);
    const metafile = await bundleAsDeployed({ folder: project, entry: 'lean.ts', outfile: 'bundle/lean.mjs' });
    expect(packagesOf(bundledFiles(metafile))).toEqual(['@middy/core', 'middy-idempotency']);
    expect(Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(121_000);
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
