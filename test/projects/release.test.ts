import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository, readJson, run } from '../support/consumer.ts';

let folder: string;

const git = async (...args: string[]): Promise<string> =>
  (await run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder })).stdout;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-test-'));
  await copyRepository(folder);
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'all');
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

describe('npm run release', () => {
  it('--dry-run takes every step but those that stay: version, changelog, checks, pack, tag, provenance', async () => {
    const { stdout } = await run('npm', ['run', '--silent', 'release', '--', 'minor', '--dry-run'], { cwd: folder });
    const steps = stdout
      .trim()
      .split('\n')
      .map((line) => line.slice(0, 10).trim());
    expect(steps.filter((step) => step !== 'lacks')).toEqual([
      'version',
      'changelog',
      'checks',
      'pack',
      'checks',
      'tag',
      'provenance',
      'dry run',
    ]);
    expect(await git('status', '--porcelain')).toBe('');
    expect(await git('tag', '--list')).toBe('');
  }, 120_000);

  it('refuses what npm would refuse later: changes that are not committed, no repository for the provenance', async () => {
    const { repository } = await readJson<{ repository?: unknown }>(join(folder, 'package.json'));
    await git('rm', '--quiet', '--cached', 'LICENSE');
    const refused = run('npm', ['run', '--silent', 'release', '--', 'minor'], { cwd: folder });
    await expect(refused).rejects.toThrow('commit them first');
    if (!repository) await expect(refused).rejects.toThrow('package.json has no `repository`');
  });
});
