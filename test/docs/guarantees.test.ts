import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/guarantees.md'), 'utf8');
const testFiles = globSync('test/**/*.test.ts', { cwd: root });

/** The last cell of each row, apart from the headers. */
const cells = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (what happens|the lost answer is to|---) /.test(line))
  .map((line) => line.slice(0, -2).slice(line.slice(0, -2).lastIndexOf('| ') + 2));

/** `file.test.ts`: title; `file.test.ts`: title */
const citations = cells.flatMap((cell) => {
  const starts = [...cell.matchAll(/(?:^|; )`([\w./-]+\.test\.ts)`: /g)];
  return starts.map((start, index) => ({
    file: start[1] ?? '',
    title: cell.slice(start.index + start[0].length, starts[index + 1]?.index).trim(),
  }));
});

it('docs/guarantees.md has a test for every line', () => {
  expect(cells.length).toBeGreaterThan(40);
  for (const cell of cells) expect(cell).toMatch(/^`[\w./-]+\.test\.ts`: /);
});

it.each(citations)('docs/guarantees.md cites a test that exists: $file: $title', ({ file, title }) => {
  const found = testFiles.filter((path) => path.endsWith(`/${file}`));
  const narrowest = file.includes('/') ? found : found.filter((path) => !path.startsWith('test/races/'));
  expect(narrowest).toHaveLength(1);
  expect(readFileSync(join(root, narrowest[0] ?? ''), 'utf8')).toContain(title);
});
