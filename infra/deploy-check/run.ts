import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { accountEnvironment } from './account-environment.ts';
import { deployed } from './deployed.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { pythonTools, ToolsMissing } from './python-tools.ts';
import { samSnippet } from './sam-snippet.ts';
import { withoutUnknownAttributes } from './without-unknown-attributes.ts';

const root = join(import.meta.dirname, '../..');
const stack = 'PaymentApi';

/** The CDK names a dependency of each function on its role, which `Role` implies: harmless. */
const ignored = 'W3005';

async function step<T>(title: string, run: () => Promise<T>): Promise<T> {
  const startMs = Date.now();
  const result = await run();
  console.log(`ok    ${title} (${((Date.now() - startMs) / 1000).toFixed(1)} s)`);
  return result;
}

async function command(name: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(name, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(String(data)));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${code}:\n${output.join('')}`);
}

function expectEqual(what: string, found: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new Error(`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}.`);
}

async function check(bin: string, assemblies: string, { endpoint, unknownTypes }: Emulator): Promise<void> {
  const env = { ...accountEnvironment(endpoint), CI: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true' };
  const cdk = (...args: string[]) => command('cdk', args, env);
  const [first, changed] = [join(assemblies, 'first'), join(assemblies, 'changed')];
  const { table, tables, actions, roles } = deployed(endpoint);
  // The emulator can't update by a change set, nor with the parameters that a stack had by default.
  const deploy = (assembly: string) =>
    cdk('deploy', '--app', assembly, '--method', 'direct', '--no-previous-parameters', '--require-approval', 'never');

  await step('synthesize the stack, and a change of it', async () => {
    await cdk('synth', '--quiet', '--output', first);
    await cdk('synth', '--quiet', '--output', changed, '--app', 'node infra/deploy-check/changed-app.ts');
  });
  const templates = [first, changed].map((assembly) => join(assembly, `${stack}.template.json`));
  await step('cfn-lint knows every property of both templates, and of the snippet for AWS SAM', async () => {
    const snippet = join(assemblies, 'sam.yaml');
    writeFileSync(snippet, samSnippet());
    await command(
      join(bin, 'cfn-lint'),
      ['--ignore-checks', ignored, '--regions', 'eu-central-1', '--', ...templates, snippet],
      env,
    );
  });
  for (const template of templates) withoutUnknownAttributes(template);
  await step('cdk bootstrap', () => cdk('bootstrap', '--app', first));
  await step('cdk deploy', async () => {
    await deploy(first);
    expectEqual('The table of records', await table('Idempotency'), {
      key: [{ AttributeName: 'id', KeyType: 'HASH' }],
      billing: 'PAY_PER_REQUEST',
    });
    expectEqual('What PaymentsCreate may do', await actions('PaymentsCreateRole'), [
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
  });
  await step('cdk deploy, with a change', async () => {
    await deploy(changed);
    expectEqual('What PaymentsCreate may do', await actions('PaymentsCreateRole'), [
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
  });
  await step('cdk destroy', async () => {
    await cdk('destroy', '--app', changed, '--force');
    expectEqual('What is left', [await tables(), await roles(stack)], [[], []]);
  });
  console.log(`note  unknown to the emulator, and so not tried: ${unknownTypes().join(', ')}`);
}

async function run(): Promise<void> {
  const bin = await step('cfn-lint and moto, in an environment of their own', () => pythonTools());
  const assemblies = mkdtempSync(join(tmpdir(), 'deploy-check-'));
  const emulator = await startEmulator(bin);
  try {
    await check(bin, assemblies, emulator);
  } catch (error) {
    console.error(`The emulator's last lines:\n${emulator.lastLines()}\n`);
    throw error;
  } finally {
    emulator.stop();
    rmSync(assemblies, { recursive: true, force: true });
  }
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof ToolsMissing) console.error('\nNOTHING WAS CHECKED: the tools of deploy:check are missing.');
  process.exitCode = 1;
}
