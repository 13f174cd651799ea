import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** Runs a program in a process of its own, and reads what it prints. */
export const runProcess = async <Result>(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Result> => {
  const { stdout } = await execFileAsync(process.execPath, args, { env });
  return JSON.parse(stdout);
};
