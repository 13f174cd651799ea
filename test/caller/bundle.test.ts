import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const entry = join(import.meta.dirname, '../../functions/idempotency/entries/client.ts');

/** What a browser loads of a module, and the files that it is made of. */
const bundle = async (contents: string) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    write: false,
  });
  return { bytes: gzipSync(outputFiles[0]?.contents ?? '').length, inputs: Object.keys(metafile.inputs) };
};

it('G237: the page of docs/client.md loads at most 2.5 KB, and nothing of the server’s half or of anybody else', async () => {
  const page = await bundle(`export { ClientError, idempotentFetch, indexedDBKeys } from '${entry}';`);
  expect(page.bytes).toBeLessThanOrEqual(2560);
  const everything = await bundle(`export * from '${entry}';`);
  expect(everything.bytes).toBeLessThanOrEqual(3400);
  expect(
    everything.inputs.filter(
      (path) => !/^(<stdin>|functions\/idempotency\/(caller\/.+|entries\/client)\.ts)$/.test(path),
    ),
  ).toEqual([]);
});
