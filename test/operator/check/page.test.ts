import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkOptions, defaults } from '../../../infra/operator/check/check-options.ts';
import { rules } from '../../../infra/operator/check/rules/rules.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/check.md'), 'utf8');
const options = checkOptions();

it('has the rules as they are', () => {
  const rows = rules.map(({ id, level, source, says }) => `| \`${id}\` | ${level} | ${source} | ${says} |`);
  expect(page.split('\n').filter((line) => /^\| `[\w-]+` \| (must|should|practice) \|/.test(line))).toEqual(rows);
});

it('names only options that there are, by their defaults', () => {
  const flags = options.map(({ long }) => long);
  for (const [, flag] of page.matchAll(/`(--[\w-]+)/g))
    if (!['--json'].includes(flag ?? '')) expect(flags).toContain(flag);
  expect(page).toContain(
    `At most \`--max-requests\` (${defaults.maxRequests}) are sent, \`--concurrency\` (${defaults.concurrency}) at the same time, and each times out after \`--timeout\` (${defaults.timeout} s)`,
  );
});

it('has a configuration that has only options that there are', () => {
  const [, config = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const names = ['url', ...options.map((option) => option.attributeName())];
  for (const name of Object.keys(JSON.parse(config))) expect(names).toContain(name);
});
