import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { FunctionModel } from '../model.ts';

export type UnprotectedFunction = { model: FunctionModel; remove(): Promise<void> };

/** The unprotected twin of one of the example's functions, bundled; what runs it removes it. */
export async function unprotectedFunction(
  what: 'payments' | 'orders',
  environment: Record<string, string>,
): Promise<UnprotectedFunction> {
  const directory = await mkdtemp(join(tmpdir(), 'unprotected-'));
  await build({
    entryPoints: [join(import.meta.dirname, `unprotected-${what}.ts`)],
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  const name = what === 'payments' ? 'Unprotected' : 'UnprotectedOrders';
  return {
    model: { name, directory, handler: 'index.handler', timeoutMs: 6000, memoryMb: 256, environment },
    remove: () => rm(directory, { recursive: true }),
  };
}
