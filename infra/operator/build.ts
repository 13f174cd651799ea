import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/**
 * Bundles the operator tool with everything it is made of, so that users of the library install nothing for it. The SDK's client
 * stays outside: it is a peer of the library, and so there already.
 */
export const buildOperator = async (outfile: string): Promise<void> => {
  await build({
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
    legalComments: 'eof',
    logLevel: 'error',
  });
};

if (import.meta.main) await buildOperator(join(root, 'dist/operator/middy-idempotency.js'));
