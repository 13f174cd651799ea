import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { statusCodes } from '../../functions/idempotency/error.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

describe('the README', () => {
  const blocks = [...readme.matchAll(/<!-- from (\S+) -->\n+```ts\n([\s\S]*?)```/g)];
  const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  }).split('\n');

  it('takes every TypeScript block from a file', () => {
    expect(blocks).toHaveLength(readme.match(/```ts/g)?.length ?? 0);
    expect(blocks.length).toBeGreaterThan(3);
  });

  it.each(blocks.map(([, file = '', code = '']) => [file, code]))('quotes %s as it is', (file, code) => {
    expect(read(file)).toContain(code);
  });

  it('names only scripts, files and folders that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, script = ''] of readme.matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty(script);
    for (const [, link = ''] of readme.matchAll(/\]\((?!http|#)([^)#]+)/g)) {
      expect(
        sources.some((source) => source === link || source.startsWith(link)),
        link,
      ).toBe(true);
    }
  });

  it('lists every refusal with its status', () => {
    for (const [code, status] of Object.entries(statusCodes)) {
      expect(readme).toMatch(new RegExp(`\\| ${status} \\| \`${code}\` \\|`));
    }
  });
});
