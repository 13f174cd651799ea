import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// The pages as they lie in the repository link to each other by files; on the site README and its like have other names.
const root = join(import.meta.dirname, '../..');
const site = join(import.meta.dirname, 'pages');

const ofRepository: Readonly<Record<string, string>> = {
  'README.md': 'start.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security.md',
  LICENSE: '/licence.txt',
};

const onSite = (link: string): string => {
  const [path = '', anchor] = link.replace(/^(\.\.\/|docs\/|\.\/)+/, '').split('#');
  const page = /^(examples|pictures|charts)\//.test(path) ? `/${path}` : (ofRepository[path] ?? path);
  return anchor === undefined ? page : `${page}#${anchor}`;
};

const toSite = (page: string): string =>
  page
    .replace(/\]\((?!https?:|#|mailto:)([^)\s]+)\)/g, (_whole, link: string) => `](${onSite(link)})`)
    .replace(
      /(src|srcset|href)="(?!https?:)([^"]+)"/g,
      (_whole, name: string, link: string) => `${name}="${onSite(link)}"`,
    );

rmSync(site, { recursive: true, force: true });
mkdirSync(join(site, 'public'), { recursive: true });
const write = (from: string, to: string): void =>
  writeFileSync(join(site, to), toSite(readFileSync(join(root, from), 'utf8')));

for (const [from, to] of Object.entries(ofRepository)) write(from, to.replace(/^\//, 'public/'));
for (const page of globSync('*.md', { cwd: join(root, 'docs') })) write(join('docs', page), page);
for (const folder of ['examples', 'pictures', 'charts']) {
  cpSync(join(root, 'docs', folder), join(site, 'public', folder), { recursive: true });
}
cpSync(join(import.meta.dirname, 'home.md'), join(site, 'index.md'));
cpSync(join(import.meta.dirname, 'icon.svg'), join(site, 'public/icon.svg'));
