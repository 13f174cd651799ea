import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that `cdk synth` wrote. */
    assembly: string;
  }
}

/** Synthesizes the stack as `cdk deploy` would, once for the whole run. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const assembly = await mkdtemp(join(tmpdir(), 'cdk-out-'));
  await promisify(execFile)('npx', ['--no-install', 'cdk', 'synth', '--quiet', '--output', assembly], {
    cwd: join(import.meta.dirname, '../..'),
  });
  provide('assembly', assembly);
  return () => rm(assembly, { recursive: true });
};
