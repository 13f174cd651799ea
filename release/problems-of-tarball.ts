import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** What publint and attw find wrong with a packed package, without any exception. */
export const problemsOfTarball = async (path: string): Promise<string[]> => {
  const tarball = new Uint8Array(await readFile(path));
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
  const types = await checkPackage(createPackageFromTarballData(tarball));
  return [
    ...messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`),
    ...(types.types ? types.problems : [{ kind: 'NoTypes' }]).map((problem) => `attw: ${JSON.stringify(problem)}`),
  ];
};
