import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsumer, packTarball, readJson, root, run } from '../support/consumer.ts';

const { devDependencies } = await readJson<{ devDependencies: Record<string, string> }>(join(root, 'package.json'));
const fixture = (path: string): Promise<string> => readFile(join(root, 'test/fixtures', path), 'utf8');

const compilers = ['5.5.4', '5.9.3', '6.0.3', devDependencies['typescript'] ?? ''];

const resolutions = {
  'Node, ES modules': { module: 'nodenext', files: ['middlewares.mts', 'decorated.mts'] },
  'Node, CommonJS': { module: 'nodenext', files: ['commonjs.cts'] },
  'a bundler': { module: 'esnext', moduleResolution: 'bundler', files: ['middlewares.ts', 'decorated.ts'] },
  'node10, under experimentalDecorators': {
    module: 'commonjs',
    moduleResolution: 'node10',
    experimentalDecorators: true,
    files: ['middlewares.ts', 'decorated.ts', 'commonjs.cts'],
  },
};

const commonjs = `
import { IdempotencyError, idempotencyKey } from 'middy-idempotency';
import { IdempotencyTable } from 'middy-idempotency/cdk';
import { memoryStore, storeContract } from 'middy-idempotency/testing';
export const guard = idempotencyKey({ store: memoryStore() });
export const names: string[] = storeContract(memoryStore).map(({ name }) => name);
export const isOurs = (error: unknown): string | undefined => (IdempotencyError.is(error) ? error.code : undefined);
export const construct: typeof IdempotencyTable = IdempotencyTable;
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'types-'));
  const [middlewares, decorated] = await Promise.all([fixture('types/middlewares.ts'), fixture('decorated.ts')]);
  const peers = ['@aws-sdk/client-dynamodb', '@types/aws-lambda', '@types/node', 'aws-cdk-lib', 'constructs'];
  await createConsumer(join(folder, 'project'), {
    tarball: await packTarball(join(folder, 'release')),
    dependencies: {
      ...Object.fromEntries(peers.map((name) => [name, devDependencies[name] ?? ''])),
      '@middy/core': '6.4.5',
      ...Object.fromEntries(compilers.map((version) => [`typescript-${version}`, `npm:typescript@${version}`])),
    },
    files: {
      'middlewares.mts': middlewares,
      'middlewares.ts': middlewares,
      'decorated.mts': decorated,
      'decorated.ts': decorated,
      'commonjs.cts': commonjs,
    },
  });
}, 300_000);

afterAll(() => rm(folder, { recursive: true }));

describe.each(compilers)('TypeScript %s', (version) => {
  const old = Number.parseInt(version, 10) < 7;
  const possible = Object.entries(resolutions).filter(([, { module }]) => old || module !== 'commonjs');

  it.each(possible)('agrees with the types, declarations included, for %s', async (_name, { files, ...resolution }) => {
    const compilerOptions = {
      ...resolution,
      ...(version.startsWith('6') && { ignoreDeprecations: '6.0' }),
      target: 'es2022',
      lib: ['es2023', 'esnext.decorators'],
      types: ['node', 'aws-lambda'],
      strict: true,
      esModuleInterop: true,
      skipLibCheck: false,
      noEmit: true,
    };
    const project = join(folder, 'project');
    const config = join(project, 'tsconfig.json');
    await writeFile(config, JSON.stringify({ compilerOptions, files }));
    const compiler = join(project, 'node_modules', `typescript-${version}`, 'bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '-p', config]).catch(
      (error: { stdout: string }) => error,
    );
    // What other libraries declare is theirs.
    const complaints = stdout
      .split('\n')
      .filter((line) => line !== '' && !/node_modules\/(?!middy-idempotency)/.test(line));
    expect(complaints).toEqual([]);
  });
});
