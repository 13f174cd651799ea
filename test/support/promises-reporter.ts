import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { impossible } from './machine.ts';
import { disagreements, type RunTest } from './promises.ts';

const toRunTest = (test: TestCase): RunTest => {
  const result = test.result();
  const isImpossible = result.state === 'skipped' && result.note?.startsWith(impossible);
  if (isImpossible) return { title: test.fullName, outcome: 'impossible' };
  return { title: test.fullName, outcome: result.state === 'pending' ? 'skipped' : result.state };
};

/** Fails a run of all tests that doesn't hold what docs/guarantees.md promises; of no use for a run of some. */
export default class PromisesReporter implements Reporter {
  #root = '';

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const page = readFileSync(join(this.#root, 'docs/guarantees.md'), 'utf8');
    const tests = modules.flatMap((module) => [...module.children.allTests()].map(toRunTest));
    const found = disagreements(page, tests);
    if (found.length === 0) return;
    console.error(`docs/guarantees.md and the tests of this run disagree (some tests alone: npx vitest run FILE):`);
    for (const line of found) console.error(`  ${line}`);
    process.exitCode = 1;
  }
}
