import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const floors = [
  'caller',
  'base',
  'record',
  'request',
  'dynamodb',
  'protocol',
  'addons',
  'transaction',
  'wrapped',
  'middleware',
  'entries',
];

/** What the project's linter says of a library of one file a floor, in which each imports from the named ones. */
const lint = async (imports: (floor: string) => readonly string[], more = ''): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'floors-'));
  try {
    const { vcs: _, ...config } = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'));
    await writeFile(join(folder, 'biome.json'), JSON.stringify({ ...config, $schema: undefined }));
    for (const floor of floors) {
      const lines = imports(floor).map((other) => `export { name as ${other} } from '../../${other}/room/file.ts';\n`);
      const file = join(folder, `functions/idempotency/${floor}/room/file.ts`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${more}${lines.join('')}export const name = '${floor}';\n`);
    }
    const args = ['lint', '--colors=off', '--max-diagnostics=none', '--reporter=github', 'functions'];
    const run = promisify(execFile)(join(root, 'node_modules/.bin/biome'), args, { cwd: folder });
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
};

const below = (floor: string): string[] => floors.slice(0, floors.indexOf(floor));
const above = (floor: string): string[] => floors.slice(floors.indexOf(floor) + 1);

it('the library is made of these floors, and has nothing else at its root', async () => {
  expect((await readdir(join(root, 'functions/idempotency'))).sort()).toEqual([...floors].sort());
});

it('a floor may import from the floors below it', async () => {
  expect(await lint(below)).not.toContain('::error');
});

it('a floor that imports from one above it is refused, whichever two they are', async () => {
  const complaints = (await lint(above)).split('\n').filter((line) => line.includes('noRestrictedImports'));
  for (const floor of floors) {
    const file = `functions/idempotency/${floor}/room/file.ts`;
    expect(complaints.filter((line) => line.includes(file))).toHaveLength(above(floor).length);
  }
});

it('no floor gets at what is above it by the name of the package', async () => {
  const complaints = await lint(() => [], "import 'middy-idempotency';\nimport 'middy-idempotency/lean';\n");
  expect(complaints.match(/noRestrictedImports/g)).toHaveLength(2 * floors.length);
});
