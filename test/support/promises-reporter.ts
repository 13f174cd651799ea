import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { impossible, lackOf, type Need, needs, projectOf } from './machine.ts';
import { disagreements, type RunTest } from './promises.ts';

/** The projects that this machine has nothing to run on. */
const idleProjects = async (): Promise<ReadonlySet<string | undefined>> => {
  const lacking = await Promise.all(
    (Object.keys(needs) as Need[]).map(async (need) => (await lackOf(need)) && projectOf(need)),
  );
  return new Set(lacking);
};

const toRunTest = (test: TestCase, idle: ReadonlySet<string | undefined>): RunTest => {
  const result = test.result();
  const isImpossible =
    result.state === 'skipped' && (result.note?.startsWith(impossible) || idle.has(test.project.name));
  if (isImpossible) return { title: test.fullName, outcome: 'impossible' };
  return { title: test.fullName, outcome: result.state === 'pending' ? 'skipped' : result.state };
};

/** Fails a run of all tests that doesn't hold what docs/guarantees.md promises; of no use for a run of some. */
export default class PromisesReporter implements Reporter {
  #root = '';

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const idle = await idleProjects();
    const page = readFileSync(join(this.#root, 'docs/guarantees.md'), 'utf8');
    const tests = modules.flatMap((module) => [...module.children.allTests()].map((test) => toRunTest(test, idle)));
    const found = disagreements(page, tests);
    if (found.length === 0) return;
    console.error(`docs/guarantees.md and the tests of this run disagree (some tests alone: npx vitest run FILE):`);
    for (const line of found) console.error(`  ${line}`);
    process.exitCode = 1;
  }
}
