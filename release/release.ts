import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unreleased, withRelease } from './changelog.ts';
import { nextVersion } from './next-version.ts';
import { problemsOfTarball } from './problems-of-tarball.ts';

const root = join(import.meta.dirname, '..');
const usage = `npm run release -- [version | major | minor | patch] [--dry-run]

Writes the version and the changelog, packs and checks the package, commits and tags. Pushing the tag publishes: the workflow
\`release\` runs every test and calls \`npm publish\` with provenance. Without a version: that of package.json, if not released yet.
--dry-run says what would happen, and changes nothing.`;

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

const say = (step: string, what: string): void => console.log(`${step.padEnd(10)} ${what}`);

const pack = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'release-'));
  try {
    run('npm', 'run', '--silent', 'build');
    const [{ filename, size, entryCount }] = JSON.parse(run('npm', 'pack', '--json', '--pack-destination', folder)) as [
      { filename: string; size: number; entryCount: number },
    ];
    const problems = await problemsOfTarball(join(folder, filename));
    if (problems.length > 0) throw new Error(`The package is not right.\n${problems.join('\n')}`);
    return `${filename}, ${entryCount} files, ${size} bytes`;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const release = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help || positionals.length > 1) return console.log(usage);
  const dry = values['dry-run'] ?? false;
  const path = join(root, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { version: string; repository?: unknown };
  const lacks: string[] = [];
  if (run('git', 'status', '--porcelain')) lacks.push('The work tree has changes: commit them first.');
  if (!manifest.repository) {
    lacks.push(
      'package.json has no `repository`, without which npm refuses provenance: set it to where the workflow runs.',
    );
  }
  if (!dry && lacks.length > 0) throw new Error(lacks.join('\n'));

  const version = nextVersion(manifest.version, positionals[0], run('git', 'tag', '--list').split('\n'));
  say('version', `${manifest.version} → ${version}`);
  const log = join(root, 'CHANGELOG.md');
  const changelog = readFileSync(log, 'utf8');
  say('changelog', `${unreleased(changelog).match(/^- /gm)?.length} entries`);
  if (!dry) {
    run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version');
    writeFileSync(log, withRelease(changelog, version, new Date().toISOString().slice(0, 10)));
  }
  run('npm', 'run', '--silent', 'typecheck');
  run('npm', 'run', '--silent', 'lint');
  say('checks', 'types and lint');
  say('pack', await pack());
  say('checks', 'publint and attw find nothing');
  if (!dry) {
    run('git', 'commit', '--all', '--message', `Release ${version}`);
    run('git', 'tag', '--annotate', `v${version}`, '--message', version);
  }
  say('tag', `v${version}`);
  say('provenance', 'by the workflow, when the tag is pushed: git push --follow-tags');
  for (const lack of lacks) say('lacks', lack);
  if (dry) say('dry run', 'nothing was changed');
};

await release().catch((error: Error & { stdout?: string; stderr?: string }) => {
  console.error([error.message, error.stdout, error.stderr].filter(Boolean).join('\n'));
  process.exitCode = 1;
});
