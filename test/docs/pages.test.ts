import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { statusCodes } from '../../functions/idempotency/base/error.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
}).split('\n');
const ofRepository = ['CONTRIBUTING.md', 'SECURITY.md'];
const pages = ['README.md', ...ofRepository, ...sources.filter((path) => /^docs\/[^/]+\.md$/.test(path))];

describe.each(pages)('the page %s', (path) => {
  const page = read(path);
  const blocks = [...page.matchAll(/<!-- from (\S+) -->\n+```(?:ts|html)\n([\s\S]*?)```/g)];

  it('takes every block of TypeScript and HTML from a file, as it is', () => {
    expect(blocks).toHaveLength(page.match(/```(ts|html)/g)?.length ?? 0);
    for (const [, file = '', code = ''] of blocks) expect(read(file)).toContain(code);
  });

  it('names only scripts, files and folders that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, script = ''] of page.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty(script);
    for (const [, link = ''] of page.matchAll(/\]\((?!http|#)([^)#]+)/g)) {
      const target = join(dirname(path), link);
      // What the package has: elsewhere a reader of the package would find nothing.
      expect(target).toMatch(/^(docs\/([^/]+\.md|examples\/.+)?|README\.md|CHANGELOG\.md|LICENSE)$/);
      expect(
        sources.some((source) => source === target || source.startsWith(target)),
        link,
      ).toBe(true);
    }
  });
});

describe('the README', () => {
  it('lists every refusal with its status', () => {
    for (const [code, status] of Object.entries(statusCodes)) {
      expect(read('README.md')).toMatch(new RegExp(`\\| ${status} \\| \`${code}\` \\|`));
    }
  });
});
