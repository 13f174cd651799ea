import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

interface Resource {
  Type: string;
  Metadata: Record<string, string>;
}

test('cdk synth bundles each function into one ES module that needs nothing but Node', {
  timeout: 60_000,
}, async () => {
  const output = mkdtempSync(join(tmpdir(), 'cdk-out-'));
  try {
    await promisify(execFile)('npx', ['--no-install', 'cdk', 'synth', '--quiet', '--output', output], {
      cwd: join(import.meta.dirname, '../..'),
    });
    const template = JSON.parse(readFileSync(join(output, 'PaymentApi.template.json'), 'utf8'));
    const functions = Object.values<Resource>(template.Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    expect(functions).toHaveLength(7);

    for (const { Metadata } of functions) {
      const bundle = join(output, Metadata['aws:asset:path'] ?? '', 'index.mjs');
      const { exports, imports } = await readModule(bundle);
      expect(exports).toEqual(['handler']);
      expect(imports.filter((name) => !isBuiltin(name))).toEqual([]);
      expect(existsSync(`${bundle}.map`)).toBe(true);
    }
  } finally {
    rmSync(output, { recursive: true });
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
