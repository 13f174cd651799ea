import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonTools, ToolsMissing } from '../../infra/deploy-check/python-tools.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { createConsumer, packTarball, readJson, root, run } from '../support/consumer.ts';
import { openDatabase } from '../support/dynamodb.ts';
import { projects } from './newcomers.ts';

let folder: string;
let tarball: string;
let engine: Engine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'newcomers-'));
  [engine, tarball] = await Promise.all([startEngine(), packTarball(join(folder, 'release'))]);
}, 120_000);

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

describe.each(Object.entries(projects))('with nothing but the tarball, %s', (name, project) => {
  const { dependencies, files, examples = [], typeCheck, synth } = project;
  let home: string;
  let inProject: (...args: string[]) => Promise<{ stdout: string; stderr: string }>;

  beforeAll(async () => {
    home = join(folder, name.replaceAll(' ', '-'));
    await createConsumer(home, { tarball, dependencies, files });
    for (const example of examples) {
      await cp(join(root, 'docs/examples', example), join(home, example.replace(/.*\//, '')));
    }
    const env = {
      ...process.env,
      NODE_ENV: 'test',
      NO_COLOR: '1',
      IDEMPOTENCY_TABLE: await openDatabase(engine.endpoint).createTable(),
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_LAMBDA_FUNCTION_NAME: 'pay',
    };
    inProject = async (...args) => {
      try {
        return await run(process.execPath, args, { cwd: home, env });
      } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        throw new Error(`${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
      }
    };
  }, 300_000);

  it.runIf(typeCheck)('passes its compiler', () => inProject(...(typeCheck ?? [])), 60_000);

  it('passes its test of a protected endpoint', async () => {
    const { stdout } = await inProject(...project.test);
    expect(stdout).toMatch(/Tests {2}1 passed|# pass [12]$|ℹ pass [12]$/m);
  }, 60_000);

  it.runIf(synth)(
    'synthesizes its stack, the function bundled',
    async () => {
      await inProject(synth ?? '');
      const { Resources } = await readJson<{ Resources: Record<string, { Type: string; Properties: unknown }> }>(
        join(home, 'cdk.out/App.template.json'),
      );
      expect(Object.values(Resources)).toContainEqual(
        expect.objectContaining({
          Type: 'AWS::Lambda::Function',
          Properties: expect.objectContaining({
            Environment: { Variables: expect.objectContaining({ IDEMPOTENCY_TABLE: expect.anything() }) },
          }),
        }),
      );
    },
    120_000,
  );
});

it('the template for AWS SAM is valid', async ({ skip }) => {
  const bin = await pythonTools().catch((error: unknown) => {
    if (!(error instanceof ToolsMissing) || process.env['CI']) throw error;
    return skip(error.message);
  });
  const template = join(folder, 'AWS-SAM/template.yaml');
  await run(join(bin, 'cfn-lint'), ['--regions', 'eu-central-1', '--', template]);
}, 300_000);
