import type { Reporter, TestModule } from 'vitest/node';
import { lackOf, type Need, needs, projectOf } from './machine.ts';

const hasSkipped = (module: TestModule): boolean => !module.children.allTests('skipped').next().done;

/** Says last what has been left out, since this machine lacks something. */
export default class LacksReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    if (!modules.some(hasSkipped)) return;
    const lines: string[] = [];
    for (const need of Object.keys(needs) as Need[]) {
      const project = projectOf(need);
      if (project && !modules.some((module) => module.project.name === project)) continue;
      const lack = await lackOf(need);
      if (!lack) continue;
      const { lost, remedy } = needs[need];
      lines.push(`  ${lack}`, `    left out: ${lost}`, `    to run it: ${remedy}`);
    }
    if (lines.length === 0) return;
    console.error(['', '!!! NOT EVERY TEST RAN: this machine lacks', ...lines, ''].join('\n'));
  }
}
