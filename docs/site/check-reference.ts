import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// What a reader of the reference must find: an example of every function, and something on every page.
const reference = join(import.meta.dirname, 'pages/reference');

const lacks = (path: string): string | undefined => {
  const page = readFileSync(join(reference, path), 'utf8');
  const [, ...lines] = page.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 3) return 'has nothing to say';
  if (/\/(functions|classes)\//.test(path) && !/^#+ Example/m.test(page)) return 'has no example';
  return undefined;
};

const found = globSync('**/*.md', { cwd: reference }).flatMap((path) => {
  const lack = lacks(path);
  return lack === undefined ? [] : [`${path} ${lack}`];
});
if (found.length > 0) throw new Error(`The API reference is not complete:\n${found.join('\n')}`);
