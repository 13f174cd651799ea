import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spawnOwned } from './owned-process.ts';

/** The folder that `cdk synth` wrote, and what removes it. */
export type Synthesized = { assembly: string; remove(): Promise<void> };

/**
 * Synthesizes the stack of this project as `cdk deploy` would, with the context's values replaced, into a folder of its
 * own: several runs at a time don't meet there, and the project may be read-only.
 */
export async function cdkSynth(context: Readonly<Record<string, string>> = {}): Promise<Synthesized> {
  const assembly = await mkdtemp(join(tmpdir(), 'cdk-out-'));
  const removeAtExit = () => rmSync(assembly, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  const remove = async () => {
    process.off('exit', removeAtExit);
    await rm(assembly, { recursive: true, force: true });
  };
  try {
    await runCdkSynth(assembly, context);
  } catch (error) {
    await remove();
    throw error;
  }
  return { assembly, remove };
}

async function runCdkSynth(output: string, context: Readonly<Record<string, string>>): Promise<void> {
  const values = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const cdk = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  // The app is run by the `node` on the PATH, which must be this one.
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  const child = await spawnOwned(process.execPath, [cdk, 'synth', '--quiet', '--output', output, ...values], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, PATH: path },
  });
  const [[code], ...said] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`cdk synth failed:\n${said.join('')}`);
}
