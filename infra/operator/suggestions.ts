import type { Command } from 'commander';
import { connectionOptions, layoutOptions } from './command-options.ts';
import type { RunContext } from './commands/run-context.ts';

const programName = 'npx middy-idempotency';

/** Decide whether something is done, so that they are not taken over into a suggestion. */
const decisive = ['--yes', '--force', '--owner'];

const quoted = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;

const commandLine = (args: readonly string[]): string => `${programName} ${args.map(quoted).join(' ')}`;

const without = (args: readonly string[], flags: readonly string[]): string[] =>
  args.filter((argument, index) => !flags.includes(argument.split('=')[0] ?? '') && args[index - 1] !== '--owner');

const connectionNames = [...connectionOptions(), ...layoutOptions()].map((option) => option.attributeName());

/** The options of a command that say where the records are, as they were given. */
const connectionArguments = (command: Command): string[] =>
  command.options
    .filter((option) => connectionNames.includes(option.attributeName()))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .flatMap((option) => {
      const value: unknown = command.getOptionValue(option.attributeName());
      if (value === true) return [option.long ?? ''];
      if (typeof value === 'string') return [option.long ?? '', value];
      return Object.entries(value as Record<string, string>).flatMap(([name, other]) => [
        option.long ?? '',
        `${name}=${other}`,
      ]);
    });

export type Suggestions = Pick<RunContext, 'suggest' | 'cure'>;

/** Command lines to go on with, by the one that was typed. */
export const suggestionsOf = (command: Command, args: readonly string[]): Suggestions => ({
  suggest: (flags) => commandLine([...without(args, decisive), ...flags]),
  cure: (other, record, flags = []) => commandLine([other, record, ...connectionArguments(command), ...flags]),
});
