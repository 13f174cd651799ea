import { CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { explain } from './errors/explain.ts';
import { exitCodes } from './exit-codes.ts';
import { createOutput } from './output/output.ts';
import { createProgram } from './program.ts';

type Surroundings = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'stdin' | 'on' | 'off'>;

/** Runs a command line, and answers with what the process is to exit with. */
export const runOperator = async (args: readonly string[], surroundings: Surroundings): Promise<number> => {
  const { stdout, stderr, stdin } = surroundings;
  const interruption = new AbortController();
  // What is begun is ended: only reading heeds the signal.
  const interrupt = () => interruption.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) surroundings.on(name, interrupt);
  let exitCode: number = exitCodes.done;

  const program = createProgram(args, manifest.version, async (command, suggestions, options, task) => {
    const output = createOutput({ stdout, stderr }, options.json ?? false);
    const closing: (() => void)[] = [];
    const onEnd = (close: () => void) => closing.push(close);
    try {
      exitCode = exitCodes[await task({ output, signal: interruption.signal, stdin, onEnd, ...suggestions })];
    } catch (error) {
      if (interruption.signal.aborted && (error as Error).name === 'AbortError') {
        exitCode = exitCodes.interrupted;
        return;
      }
      const told = explain(error, { command, ...options });
      exitCode = told.exitCode;
      if (output.isJson) output.line({ error: { exit: told.exit, message: told.message } });
      else output.note(output.style('red', told.message));
      if (told.exit === 'fault') output.note((told.cause as Error | undefined)?.stack ?? '');
    } finally {
      for (const close of closing) close();
    }
  });
  program.configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  for (const command of [program, ...program.commands]) command.exitOverride().copyInheritedSettings(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) surroundings.off(name, interrupt);
  }
  return exitCode;
};
