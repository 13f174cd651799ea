import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The folder that `cdk synth` wrote, and what removes it. */
export interface Synthesized {
  assembly: string;
  remove(): Promise<void>;
}

/** Synthesizes the stack as `cdk deploy` would, with the context's values replaced. */
export const synth = async (context: Readonly<Record<string, string>> = {}): Promise<Synthesized> => {
  const assembly = await mkdtemp(join(tmpdir(), 'cdk-out-'));
  const values = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  await promisify(execFile)('npx', ['--no-install', 'cdk', 'synth', '--quiet', '--output', assembly, ...values], {
    cwd: join(import.meta.dirname, '../..'),
  });
  return { assembly, remove: () => rm(assembly, { recursive: true }) };
};
