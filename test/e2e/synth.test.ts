import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, inject, test } from 'vitest';

interface Resource {
  Type: string;
  Metadata: Record<string, string>;
}

test('cdk synth bundles each function into one ES module that needs nothing but Node', async () => {
  const assembly = inject('assembly');
  const template = JSON.parse(readFileSync(join(assembly, 'PaymentApi.template.json'), 'utf8'));
  const functions = Object.values<Resource>(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  expect(functions).toHaveLength(7);

  for (const { Metadata } of functions) {
    const bundle = join(assembly, Metadata['aws:asset:path'] ?? '', 'index.mjs');
    const { exports, imports } = await readModule(bundle);
    expect(exports).toEqual(['handler']);
    expect(imports.filter((name) => !isBuiltin(name))).toEqual([]);
    expect(existsSync(`${bundle}.map`)).toBe(true);
  }
});

async function readModule(path: string): Promise<{ exports: string[]; imports: string[] }> {
  const { metafile } = await build({
    entryPoints: [path],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const outputs = Object.values(metafile.outputs);
  return {
    exports: outputs.flatMap((output) => output.exports),
    imports: outputs.flatMap((output) => output.imports.map(({ path: name }) => name)),
  };
}
