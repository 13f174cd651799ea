import { Command, Option } from 'commander';
import { actionsText, type CommandName } from './actions.ts';
import { check } from './check/check.ts';
import { type CheckOptions, checkOptions } from './check/check-options.ts';
import {
  append,
  changeOptions,
  connectionOptions,
  estimateOption,
  holderOptions,
  jsonOption,
  layoutOptions,
  limitOption,
  localUrl,
  positive,
  retentionOption,
  scanOptions,
  troubleOptions,
} from './command-options.ts';
import { type CompleteOptions, complete } from './commands/complete.ts';
import { type FindOptions, find } from './commands/find.ts';
import { forget } from './commands/forget.ts';
import { type GuardsOptions, guards } from './commands/guards.ts';
import { type ListOptions, list } from './commands/list.ts';
import { type ReleaseOptions, release } from './commands/release.ts';
import type { RunContext } from './commands/run-context.ts';
import { type ShowOptions, show } from './commands/show.ts';
import { type StatsOptions, stats } from './commands/stats.ts';
import { type WatchOptions, watch } from './commands/watch.ts';
import type { ConnectionOptions } from './connection/options.ts';
import { type ExitName, exitCodes } from './exit-codes.ts';
import { type Suggestions, suggestionsOf } from './suggestions.ts';

/** Runs what the command line says. */
export type Start = (
  command: CommandName,
  suggestions: Suggestions,
  options: ConnectionOptions & { json?: boolean },
  task: (context: RunContext) => Promise<ExitName>,
) => Promise<void>;

const exitText = `
Exit codes: ${exitCodes.done} done, ${exitCodes.fault} a fault of this tool, ${exitCodes.usage} wrong command line, ${exitCodes.absent} no such record, ${exitCodes.refused} refused by the rules,
${exitCodes.unreachable} the database (for \`check\`: the API) can't be reached, ${exitCodes.findings} guards and items disagree, --exit-code listed something, or a rule of \`check\` is broken,
${exitCodes.interrupted} Ctrl-C.
Runbooks: docs/operations.md. Rules of \`check\`: docs/check.md`;

const checkExamples = `
A rule that could not be tried says what is missing. Begin with

  echo '{"orderId":"{{unique}}","amount":42}' > order.json
  npx middy-idempotency check http://localhost:3000/orders --body order.json

and add options to check more: --effects-url, --other-header, --slow-header, --fail-header, --window, --origin.
Each rule and its source: docs/check.md`;

/** The commands, and what each does once its command line is read. */
export const createProgram = (args: readonly string[], version: string, start: Start): Command => {
  const program = new Command('middy-idempotency')
    .usage('<command> [options]')
    .version(version)
    .description(
      'Finds and repairs idempotency records on DynamoDB or Redis, and checks how any HTTP API treats idempotency keys.',
    )
    .addHelpText('after', exitText)
    .showHelpAfterError('(--help tells the options)');

  const newCommand = (name: CommandName, description: string, options: readonly Option[]): Command => {
    const command = new Command(name)
      .description(description)
      .helpOption('-h, --help', 'this')
      .addHelpText('after', `\nIt needs ${actionsText(name)}.`);
    for (const option of options) command.addOption(option);
    program.addCommand(command);
    return command;
  };

  /** A command that asks DynamoDB. */
  const add = <Options extends ConnectionOptions>(
    name: CommandName,
    { argument, description, options }: { argument?: string; description: string; options: readonly Option[] },
    task: (id: string, options: Options, context: RunContext) => Promise<ExitName>,
  ): void => {
    const command = newCommand(name, description, [...options, jsonOption(), ...connectionOptions()]);
    if (argument) command.argument(argument, 'the id of a record, or the `instance` of a refusal');
    command.action(async (...received: unknown[]) => {
      const id = argument ? (received[0] as string) : '';
      const {
        local,
        localUrl: url,
        ...given
      } = command.opts<Record<string, unknown> & { local?: boolean; localUrl?: string }>();
      const read = { ...given, ...(local && { local: url ?? localUrl() }) } as unknown as Options;
      await start(name, suggestionsOf(command, args), read, (context) => task(id, read, context));
    });
  };

  add<FindOptions>(
    'find',
    {
      description: 'Finds records: by what a customer knows, or by what a log says.',
      options: [
        new Option(
          '--key <key>',
          'the key that the client sent (- reads it from stdin); repeat it for each part of a key',
        ).argParser(append),
        new Option('--token <token>', 'the token that the client sent (- reads it from stdin)'),
        new Option('--id <id>', 'the id of the record'),
        new Option('--request-id <id>', 'the Lambda request that claimed it last'),
        new Option('--owner <owner>', 'who claimed it last'),
        new Option('--namespace <name>', 'the namespace: the function’s name, unless the option `namespace` is set'),
        new Option('--hash <function>', "option `hashFunction` of Powertools' records").default('md5'),
        limitOption(),
        estimateOption(),
        ...scanOptions(),
        ...layoutOptions(),
      ],
    },
    (_id, options, context) => find(options, context),
  );
  add<ShowOptions>(
    'show',
    {
      argument: '<id>',
      description: 'Shows a record, what the next request with its key gets, and what can be done about it.',
      options: [new Option('--result', 'show the stored answer too: it may be private'), ...layoutOptions()],
    },
    show,
  );
  add<ListOptions>(
    'list',
    {
      description: 'Lists operations that are in trouble.',
      options: [
        ...troubleOptions(),
        new Option('--exit-code', `exit with ${exitCodes.findings} if anything is listed`),
        limitOption(),
        estimateOption(),
        ...scanOptions(),
        ...layoutOptions(),
      ],
    },
    (_id, options, context) => list(options, context),
  );
  add<ReleaseOptions>(
    'release',
    {
      argument: '<id>',
      description: 'Frees an operation that was not done: the next request runs it. A dry run without --yes.',
      options: [...changeOptions(), ...holderOptions(), retentionOption(), ...layoutOptions()],
    },
    release,
  );
  add<CompleteOptions>(
    'complete',
    {
      argument: '<id>',
      description: 'Gives an operation that was done its answer: repeats get it. A dry run without --yes.',
      options: [
        new Option(
          '--with <file>',
          'what the handler would have returned, as JSON (- reads it from stdin)',
        ).makeOptionMandatory(),
        new Option('--replace', 'replace an answer that is already stored'),
        new Option('--encryption <file>', 'seal the answer with the `encryption` that this ES module exports'),
        new Option('--unsealed', 'store the answer unsealed, although the function seals its answers').conflicts(
          'encryption',
        ),
        ...changeOptions(),
        ...holderOptions(),
        retentionOption(),
        ...layoutOptions(),
      ],
    },
    complete,
  );
  add(
    'forget',
    {
      argument: '<id>',
      description: 'Deletes a record, as if there had never been a request. A dry run without --yes.',
      options: [...changeOptions(), ...holderOptions(), ...layoutOptions()],
    },
    forget,
  );
  add<GuardsOptions>(
    'guards',
    {
      description:
        'Compares items with the guards of their unique values (uniqueIndex). --table is the table of the items.',
      options: [
        new Option('--check', 'report where items and guards disagree'),
        new Option('--mend', 'mend that too; a dry run without --yes'),
        new Option('--unique <attributes>', 'a constraint: an attribute, or several with commas; may be repeated')
          .argParser(append)
          .makeOptionMandatory(),
        new Option('--guards-table <name>', 'the table of the guards, if it is another one'),
        ...changeOptions(),
        ...scanOptions(),
      ],
    },
    (_id, options, context) => guards(options, context),
  );
  add<StatsOptions>(
    'stats',
    {
      description: 'Counts records by namespace and state.',
      options: [estimateOption(), ...scanOptions(), ...layoutOptions()],
    },
    (_id, options, context) => stats(options, context),
  );
  add<WatchOptions>(
    'watch',
    {
      argument: '[id]',
      description:
        'Prints each change of a record until it is done; without an id, what gets into trouble. Ctrl-C ends it.',
      options: [
        ...troubleOptions(),
        new Option(
          '--every <seconds>',
          'pause between two reads (default: 1 for a record, 60 for the table)',
        ).argParser(positive),
        ...scanOptions(),
        ...layoutOptions(),
      ],
    },
    watch,
  );
  const checking = newCommand(
    'check',
    'Checks how an endpoint of any HTTP API treats idempotency keys, by requests that take effect: not for production.',
    [...checkOptions(), jsonOption()],
  );
  checking
    .argument('[url]', 'an endpoint that creates something; {{unique}} in it becomes another text for each operation')
    .addHelpText('after', checkExamples)
    .action(async (url: string | undefined, options: CheckOptions & { json?: boolean }) => {
      const { json: _, ...given } = options;
      await start('check', suggestionsOf(checking, args), options, (context) => check(url, given, context));
    });
  return program;
};
