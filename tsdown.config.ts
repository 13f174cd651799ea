import { defineConfig } from 'tsdown';
import manifest from './package.json' with { type: 'json' };

const entry = Object.fromEntries(
  Object.entries(manifest.exports).map(([path, conditions]) => [
    path === '.' ? 'main' : path.slice(2),
    conditions['middy-idempotency-source'],
  ]),
);

const shared = {
  entry,
  platform: 'node',
  target: 'node22.3',
  tsconfig: 'tsconfig.build.json',
  sourcemap: true,
  logLevel: 'warn',
} as const;

/**
 * The code of the package twice, but never both in one process: Node gets the CommonJS files, from `import` too, by the entries that
 * release/write-esm-entries.ts writes. So there is one state, one class per error, and one declaration per type. Bundlers get the ES
 * modules, one per source file, by the condition `module`, from `require` too: only these can be shaken.
 */
export default defineConfig([
  { ...shared, format: 'cjs', outDir: 'dist', dts: true },
  { ...shared, format: 'esm', outDir: 'dist/module', dts: false, unbundle: true },
]);
