import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import GithubSlugger from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { contents } from '../../docs/site/contents.ts';
import { statusCodes } from '../../functions/idempotency/base/error.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
}).split('\n');
const ofRepository = ['CONTRIBUTING.md', 'SECURITY.md'];
const pages = ['README.md', ...ofRepository, ...sources.filter((path) => /^docs\/[^/]+\.md$/.test(path))];

/** What the site has under these names is made of files elsewhere. */
const generated = ['start', 'changelog', 'contributing', 'security', 'reference/index'];

const anchorsOf = (page: string): string[] => {
  const slugger = new GithubSlugger();
  const headings = page.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) => slugger.slug(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')));
};

describe.each(pages)('the page %s', (path) => {
  const page = read(path);
  const blocks = [...page.matchAll(/<!-- from (\S+) -->\n+```(?:ts|html)\n([\s\S]*?)```/g)];

  it('takes every block of TypeScript and HTML from a file, as it is', () => {
    expect(blocks).toHaveLength(page.match(/```(ts|html)/g)?.length ?? 0);
    for (const [, file = '', code = ''] of blocks) expect(read(file)).toContain(code);
  });

  it('links only to headings that exist', () => {
    for (const [, link = '', anchor = ''] of page.matchAll(/\]\((?!http)([^)#]*)#([^)]+)\)/g)) {
      const target = link === '' ? path : join(dirname(path), link);
      expect(anchorsOf(read(target)), `${link}#${anchor}`).toContain(anchor);
    }
  });

  it('names only scripts, files and folders that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, script = ''] of page.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty(script);
    for (const [, link = ''] of page.matchAll(/\]\((?!http|#)([^)#]+)/g)) {
      const target = join(dirname(path), link);
      // What the package has: elsewhere a reader of the package would find nothing.
      expect(target).toMatch(/^(docs\/([^/]+\.md|examples\/.+|pictures\/.+)?|README\.md|CHANGELOG\.md|LICENSE)$/);
      expect(
        sources.some((source) => source === target || source.startsWith(target)),
        link,
      ).toBe(true);
    }
  });
});

describe('the site', () => {
  it('has a place for every page', () => {
    const listed = contents.flatMap(({ pages }) => Object.keys(pages));
    expect(listed).toEqual([...new Set(listed)]);
    expect(listed.filter((name) => !generated.includes(name)).toSorted()).toEqual(
      pages.flatMap((path) => /^docs\/(.+)\.md$/.exec(path)?.[1] ?? []).toSorted(),
    );
  });
});

describe('docs/http-answers.md', () => {
  it('lists every refusal with its status', () => {
    for (const [code, status] of Object.entries(statusCodes)) {
      expect(read('docs/http-answers.md')).toMatch(new RegExp(`\\| ${status} \\| \`${code}\` \\|`));
    }
  });
});
