import { readCommandLine, UsageError, usage } from './command-line.ts';
import { exampleCommands } from './examples.ts';
import { startLocalStack } from './local-stack.ts';

const print = (line: string) => console.log(line);

try {
  const commandLine = readCommandLine(process.argv.slice(2), process.env['PORT']);
  const stack = await startLocalStack({ ...commandLine, console: true, log: print });
  print(`ready ${stack.url} (DynamoDB: ${stack.engine} at ${stack.endpoint})`);
  if (stack.engine === 'dynamodb-local') print('note: DynamoDB Local can only listen on all network interfaces');
  for (const issuer of stack.issuers) print(`note: needs a token of ${issuer}: add -H "Authorization: Bearer $JWT"`);
  print(`see the accident, and the cure: ${stack.url}/_console`);
  print('try, each twice:');
  for (const command of exampleCommands(stack.url, stack.routeKeys)) print(`  ${command}`);

  let stopping = false;
  // A Ctrl-C under npm arrives twice, from the terminal and from npm: the second must not cut the first short.
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    print(`${signal}: stopping`);
    void stack.close().then(() => process.exit());
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) console.error(usage);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
