import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';

export const run = promisify(execFile);

const client = join(import.meta.dirname, '../../../functions/idempotency/dynamodb/api/lean/lean-client.ts');

/** The client in one minified file, as a Lambda function has it: an ES module, and no banner. */
export const bundleClient = async (options: BuildOptions = {}) => {
  const { outputFiles, metafile } = await build({
    entryPoints: [client],
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    write: false,
    metafile: true,
    logLevel: 'silent',
    ...options,
  });
  const [file] = outputFiles ?? [];
  return { code: file?.text ?? '', bytes: file?.contents.length ?? 0, inputs: Object.keys(metafile?.inputs ?? {}) };
};

/** Runs a program that imports `leanClient` from './client.mjs', in a process of its own, and gives what it printed. */
export const runWithClient = async (program: string, environment: Record<string, string> = {}): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'lean-client-'));
  try {
    const { code } = await bundleClient();
    await writeFile(join(folder, 'client.mjs'), code);
    await writeFile(join(folder, 'program.mjs'), program);
    const { stdout } = await run(process.execPath, [join(folder, 'program.mjs')], {
      env: { PATH: process.env['PATH'], ...environment },
      timeout: 10_000,
    });
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
};
