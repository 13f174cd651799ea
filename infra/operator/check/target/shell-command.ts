import { exec } from 'node:child_process';
import { OperatorError } from '../../operator-error.ts';

/** Runs a command of the user's, as a shell does, and gives what it printed. */
export const runCommand = (option: string, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    exec(command, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      reject(new OperatorError('usage', `The command of ${option} has failed: ${stderr.trim() || error.message}`));
    });
  });
