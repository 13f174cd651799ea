import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoDB, startServer } from '../dynamodb/lean/harness.ts';
import { bundleAsDeployed } from '../support/bundle.ts';
import { root } from '../support/consumer.ts';
import { lambdaInit } from '../support/lambda-init.ts';
import { reasonToSkip } from '../support/machine.ts';

const withoutValgrind = await reasonToSkip('valgrind');

const committed = join(import.meta.dirname, 'instructions/figures.json');
const environment = join(import.meta.dirname, 'instructions/environment.mjs');

/** What a change may add before somebody has to look. */
const room = 1.03;

interface Figures {
  /** Loading the function, its warm-up included. */
  init: number;
  /** The first request. */
  first: number;
}

const entries = { lean: 'lean-awaited', 'the default SDK client': 'ours-awaited' } as const;

type Entry = keyof typeof entries;

/**
 * The processor's instructions of a process, which don't depend on what else the machine does: they repeat to a few hundredths of a percent.
 * One process at a time is enough, and valgrind takes forty times as long as without; the environment gives its timers as much more.
 */
const instructionsOf = async (handler: string, calls: number, endpoint: string): Promise<number> => {
  const valgrind = ['--tool=callgrind', '--callgrind-out-file=/dev/null'];
  const node = [process.execPath, '--single-threaded', '--hash-seed=7', '--random-seed=7'];
  const { stderr } = await promisify(execFile)(
    'valgrind',
    [...valgrind, ...node, environment, handler, String(calls)],
    { env: { PATH: process.env['PATH'], ...lambdaInit(endpoint) } },
  );
  const [, collected] = /Collected : (\d+)/.exec(stderr) ?? [];
  if (!collected) throw new Error(`valgrind has counted nothing: ${stderr}`);
  return Number(collected);
};

describe('the instructions of a cold environment, in an empty one’s excess', { timeout: 120_000 }, () => {
  let folder: string;
  let endpoint: string;

  const bundle = async (name: string): Promise<string> => {
    const outfile = join(folder, `${name}.mjs`);
    await bundleAsDeployed({ folder: root, entry: `bench/handlers/${name}.ts`, outfile });
    return outfile;
  };

  beforeEach(({ skip }) => skip(withoutValgrind !== undefined, withoutValgrind));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'instructions-'));
    ({ endpoint } = await startServer(dynamoDB()));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(Object.keys(entries) as Entry[])('grow by 3 percent at most, or somebody says so: %s', async (entry) => {
    const handler = await bundle(entries[entry]);
    const empty = await instructionsOf(await bundle('empty'), 0, endpoint);
    const loaded = await instructionsOf(handler, 0, endpoint);
    const called = await instructionsOf(handler, 1, endpoint);
    const measured: Figures = { init: loaded - empty, first: called - loaded };
    const figures: Record<Entry, Figures> = JSON.parse(await readFile(committed, 'utf8'));
    if (process.env['UPDATE_FIGURES']) {
      await writeFile(committed, `${JSON.stringify({ ...figures, [entry]: measured }, undefined, 2)}\n`);
      return;
    }
    const { init, first } = figures[entry];
    console.info(
      `${entry}: init ${(measured.init / init).toFixed(4)}, first request ${(measured.first / first).toFixed(4)} of what is committed`,
    );
    expect(measured.init).toBeLessThanOrEqual(init * room);
    expect(measured.first).toBeLessThanOrEqual(first * room);
  });
});
