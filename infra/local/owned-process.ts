import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export type OwnedProcess = ChildProcessByStdio<null, Readable, Readable> & { readonly pid: number };

/**
 * Starts a process that never outlives this one, in a process group of its own: a Ctrl-C in the terminal reaches the
 * runner alone, which then ends its processes in order.
 */
export async function spawnOwned(
  command: string,
  args: string[],
  { cwd, env }: Pick<SpawnOptions, 'cwd' | 'env'>,
): Promise<OwnedProcess> {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  await once(child, 'spawn');
  if (!hasPid(child)) throw new Error(`${command} has no process id`);
  const { pid } = child;
  tellReaper(`watch ${pid}`);
  child.once('exit', () => tellReaper(`forget ${pid}`));
  return child;
}

/** Ends the process and whatever it started. */
export function killGroup(child: OwnedProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (hasExited(child)) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has just gone, and its exit is still to be reported.
  }
}

export function hasExited({ exitCode, signalCode }: OwnedProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function hasPid(child: ChildProcessByStdio<null, Readable, Readable>): child is OwnedProcess {
  return child.pid !== undefined;
}

let reaper: ChildProcessByStdio<Writable, null, null> | undefined;

function tellReaper(line: string): void {
  if (!reaper) {
    const script = join(import.meta.dirname, 'reaper-process.mjs');
    reaper = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    reaper.unref();
    // Without its reaper the runner still ends its processes itself whenever it can.
    reaper.on('error', () => {});
    reaper.stdin.on('error', () => {});
  }
  reaper.stdin.write(`${line}\n`);
}
