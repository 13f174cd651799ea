import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { readModule } from '../support/bundle.ts';

interface Resource {
  Type: string;
  Metadata: Record<string, string>;
}

test('cdk synth bundles each function into one ES module that needs nothing but Node', async () => {
  const assembly = inject('assembly');
  const template = JSON.parse(readFileSync(join(assembly, 'PaymentApi.template.json'), 'utf8'));
  const functions = Object.values<Resource>(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  expect(functions).toHaveLength(8);

  for (const { Metadata } of functions) {
    const bundle = join(assembly, Metadata['aws:asset:path'] ?? '', 'index.mjs');
    const { exports, imports } = await readModule(bundle);
    expect(exports).toEqual(['handler']);
    expect(imports.filter((name) => !isBuiltin(name))).toEqual([]);
    expect(existsSync(`${bundle}.map`)).toBe(true);
  }
});
