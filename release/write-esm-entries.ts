import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

// For each entry of the package an ES module that has the CommonJS file's names, values and types.
for (const { import: esm, require: cjs } of Object.values(manifest.exports)) {
  const code = cjs.default.replace('dist/', '');
  const names = Object.keys(require(join(root, cjs.default)) as object).sort();
  await writeFile(join(root, esm.default), `export { ${names.join(', ')} } from '${code}';\n`);
  await writeFile(join(root, esm.types), `export * from '${code}';\n`);
}
