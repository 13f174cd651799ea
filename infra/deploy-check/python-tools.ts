import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const requirements = join(import.meta.dirname, 'requirements.txt');
const defaultFolder = join(import.meta.dirname, '../../.cache/deploy-check');

/** Says what is missing on this machine, and how to get it. */
export class ToolsMissing extends Error {
  override readonly name = 'ToolsMissing';
}

/**
 * The folder of `cfn-lint` and `moto_server`, in a virtual environment of their own: installed once for each content of requirements.txt.
 *
 * @throws {ToolsMissing} when there is no Python, or the packages can't be had
 */
export async function pythonTools(folder = defaultFolder): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const environment = join(folder, hash);
  const bin = join(environment, 'bin');
  const complete = join(environment, 'complete');
  if (existsSync(complete)) return bin;
  await rm(environment, { recursive: true, force: true });
  await attempt(
    'python3',
    ['-m', 'venv', environment],
    'Install Python from 3.10 on with its module venv (Debian: python3-venv)',
  );
  const install = ['-m', 'pip', 'install', '--quiet', '--requirement', requirements];
  await attempt(join(bin, 'python'), install, 'Let pip reach the Python Package Index or a mirror of it');
  await writeFile(complete, '');
  return bin;
}

async function attempt(command: string, args: string[], cure: string): Promise<void> {
  try {
    await run(command, args);
  } catch (cause) {
    throw new ToolsMissing(
      `${command} ${args.join(' ')} failed: ${(cause as Error).message}\n${cure}, and run it again.`,
      { cause },
    );
  }
}
