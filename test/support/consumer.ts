import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export const root = join(import.meta.dirname, '../..');

export const run = promisify(execFile);

/** A program of this package's own `node_modules`. */
export const bin = (name: string): string => join(root, 'node_modules/.bin', name);

/** Copies what is, or would be, in the repository, with the installed packages. */
export const copyRepository = async (folder: string): Promise<void> => {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
    cwd: root,
  });
  for (const file of stdout.trim().split('\n')) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(root, file), join(folder, file));
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
};

/** Makes the tarball as a release does, in a copy, so that the work tree stays as it is. */
export const packTarball = async (folder: string): Promise<string> => {
  await copyRepository(folder);
  const pack = await run('npm', ['run', '--silent', 'package'], { cwd: folder });
  return join(folder, pack.stdout.trim().split('\n').at(-1) ?? '');
};

export interface ConsumerOptions {
  tarball: string;
  /** Versions by package name. */
  dependencies: Readonly<Record<string, string>>;
  /** Contents by path. */
  files: Readonly<Record<string, string>>;
}

/** A project of somebody who uses the package, and has nothing else. */
export const createConsumer = async (
  folder: string,
  { tarball, dependencies, files }: ConsumerOptions,
): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await cp(join(root, '.npmrc'), join(folder, '.npmrc'));
  const manifest = { type: 'module', private: true, dependencies: { ...dependencies, 'middy-idempotency': tarball } };
  for (const [path, content] of Object.entries({ ...files, 'package.json': JSON.stringify(manifest) })) {
    await writeFile(join(folder, path), content);
  }
  await install(folder);
};

/** As a user would: no flag that would hide a conflict. */
export const install = async (folder: string, packages: readonly string[] = []): Promise<void> => {
  await run('npm', ['install', '--loglevel=error', '--prefer-offline', ...packages], { cwd: folder });
};

/** The compiler's complaints about a project, by line. */
export const typeCheck = async (folder: string): Promise<string[]> => {
  const { stdout } = await run(bin('tsc'), ['-p', folder]).catch((error: { stdout: string }) => error);
  return stdout.split('\n').filter((line) => line !== '');
};

/** What a module prints, as JSON. */
export const runModule = async (
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<unknown> => {
  const { stdout } = await run(process.execPath, [...args], { cwd: folder, env: { ...process.env, ...env } });
  return JSON.parse(stdout);
};

export const readJson = async <Json>(path: string): Promise<Json> => JSON.parse(await readFile(path, 'utf8')) as Json;

/** A project's tsconfig.json, as strict as TypeScript has it. */
export const strictProject = (more: object = {}) => ({
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    types: ['node', 'aws-lambda'],
    ...more,
  },
});
