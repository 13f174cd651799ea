import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** The licences of what is bundled, which ask to go with it. */
const licencesOf = async ({ inputs }: Metafile): Promise<string> => {
  const folders = Object.keys(inputs).map((path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const texts = [...new Set(folders.filter((folder) => folder !== undefined))].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const file = (await readdir(join(root, folder))).find((found) => /^licen[cs]e/i.test(found));
    const text = file ? await readFile(join(root, folder, file), 'utf8') : '';
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
};

/**
 * Bundles the operator tool with everything it is made of, so that users of the library install nothing for it. The SDK's client
 * stays outside: it is a peer of the library, and so there already.
 */
export const buildOperator = async (outfile: string): Promise<void> => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['infra/operator/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    conditions: ['middy-idempotency-source'],
    external: ['@aws-sdk/client-dynamodb'],
    // The CommonJS packages among those bundled load Node's own modules by `require`.
    banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  });
  await writeFile(join(dirname(outfile), 'THIRD-PARTY-LICENSES.txt'), await licencesOf(metafile));
};

if (import.meta.main) await buildOperator(join(root, 'dist/operator/middy-idempotency.js'));
