import { defineConfig, type UserConfig } from 'tsdown';
import manifest from './package.json' with { type: 'json' };

const entry = Object.fromEntries(
  Object.entries(manifest.exports).map(([path, conditions]) => [
    path === '.' ? 'main' : path.slice(2),
    conditions['middy-idempotency-source'],
  ]),
);

/**
 * Not left to the users' installation: newer versions are for newer versions of the client only, so npm would refuse to install them
 * beside a client that is pinned.
 */
const bundled = '@aws-sdk/util-dynamodb';

const shared: UserConfig = {
  entry,
  platform: 'node',
  target: 'node22.3',
  tsconfig: 'tsconfig.build.json',
  sourcemap: true,
  deps: { alwaysBundle: bundled, onlyBundle: bundled },
  inputOptions: { resolve: { mainFields: ['module', 'main'] }, checks: { pluginTimings: false } },
  hash: false,
  treeshake: { moduleSideEffects: false },
  logLevel: 'warn',
};

/**
 * The code of the package twice, but never both in one process: Node gets the CommonJS files, from `import` too, by the entries that
 * release/write-esm-entries.ts writes. So there is one state, one class per error, and one declaration per type. Bundlers get the ES
 * modules, one per source file, by the condition `module`, from `require` too: only these can be shaken.
 */
export default defineConfig([
  {
    ...shared,
    format: 'cjs',
    outDir: 'dist',
    dts: true,
    copy: [
      { from: `node_modules/${bundled}/LICENSE`, to: 'dist/licenses', rename: `${bundled.replace('/', '-')}.txt` },
    ],
  },
  {
    ...shared,
    format: 'esm',
    outDir: 'dist/module',
    dts: false,
    unbundle: true,
    // npm leaves out folders of that name.
    outputOptions: { entryFileNames: ({ name }) => `${name.replace('node_modules', 'bundled')}.mjs` },
  },
]);
