import { cdkSynth } from './cdk-synth.ts';
import { type CommandLine, readCommandLine, UsageError, usage } from './command-line.ts';
import { exampleCommands } from './examples.ts';
import { type LocalStack, startLocalStack } from './local-stack.ts';
import { type OnRedis, putOnRedis } from './on-redis.ts';

const print = (line: string) => console.log(line);

let stack: LocalStack | undefined;
let redis: OnRedis | undefined;
let stopping = false;

/** Once: a Ctrl-C under npm arrives twice, from the terminal and from npm, and the second must not cut the first short. */
const stop = async (exitCode: number) => {
  if (stopping) return;
  stopping = true;
  await stack?.close();
  await redis?.close();
  process.exit(exitCode);
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!stopping) print(`${signal}: stopping`);
    void stop(0);
  });
}

const start = async ({ assembly: given, store, ...options }: CommandLine): Promise<LocalStack> => {
  if (store === 'redis') {
    print('synthesizing the stack for Redis');
    redis = await putOnRedis();
    const { assembly, port: redisPort } = redis;
    return startLocalStack({ ...options, assembly, redisPort, console: true, log: print });
  }
  if (given !== undefined) return startLocalStack({ ...options, assembly: given, console: true, log: print });
  print('synthesizing the stack');
  const synthesized = await cdkSynth();
  return startLocalStack({ ...options, assembly: synthesized.assembly, console: true, log: print });
};

try {
  const commandLine = readCommandLine(process.argv.slice(2), process.env['PORT']);
  stack = await start(commandLine);
  print(`ready ${stack.url} (DynamoDB: ${stack.engine} at ${stack.endpoint})`);
  if (redis) print(`records in Redis: redis://127.0.0.1:${redis.port}`);
  if (commandLine.keepIn) print(`note: the data is kept in ${commandLine.keepIn}`);
  if (stack.engine === 'dynamodb-local') print('note: DynamoDB Local can only listen on all network interfaces');
  for (const issuer of stack.issuers) print(`note: needs a token of ${issuer}: add -H "Authorization: Bearer $JWT"`);
  if (process.env['http_proxy']) print('note: curl calls the proxy of http_proxy: add --noproxy 127.0.0.1');
  print(`see the accident, and the cure: ${stack.url}/_console`);
  print('try, each twice:');
  for (const command of exampleCommands(stack.url, stack.routeKeys)) print(`  ${command}`);

  console.error(await stack.lost);
  await stop(1);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) console.error(usage);
  await stop(error instanceof UsageError ? 2 : 1);
}
