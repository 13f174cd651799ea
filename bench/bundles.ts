import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundleAsDeployed } from '../test/support/bundle.ts';
import { mapValues } from './statistics.ts';

const root = join(import.meta.dirname, '..');

/** The handlers' files. */
export const handlers = {
  empty: 'empty',
  middy: 'middy',
  node: 'node',
  ours: 'ours',
  oursAwaited: 'ours-awaited',
  lean: 'lean',
  leanAwaited: 'lean-awaited',
  peer: 'peer',
} as const;

export type HandlerName = keyof typeof handlers;

export interface Bundle {
  path: string;
  metafile: Metafile;
}

const bundle = async (entry: string, path: string, external: string[] = []): Promise<Bundle> => ({
  path,
  metafile: await bundleAsDeployed({ folder: root, entry: join('bench', entry), outfile: path, external }),
});

export interface Bundles {
  /** Each handler with everything that it needs in it. */
  whole: Record<HandlerName, Bundle>;
  /** Each without the AWS SDK, which the Lambda runtime has too. */
  withoutSdk: Record<HandlerName, Bundle>;
  /** The programs that run a handler in a process of its own. */
  processes: Record<'firstRequest' | 'load' | 'tlsProxy', Bundle>;
}

const settle = async <Name extends string>(bundles: Record<Name, Promise<Bundle>>): Promise<Record<Name, Bundle>> => {
  const built = Object.fromEntries(
    await Promise.all(Object.entries<Promise<Bundle>>(bundles).map(async ([name, made]) => [name, await made])),
  );
  return built as Record<Name, Bundle>;
};

export const buildBundles = async (folder: string): Promise<Bundles> => ({
  whole: await settle(
    mapValues(handlers, (file, name) => bundle(`handlers/${file}.ts`, join(folder, 'whole', `${name}.mjs`))),
  ),
  withoutSdk: await settle(
    mapValues(handlers, (file, name) =>
      bundle(`handlers/${file}.ts`, join(folder, 'without-sdk', `${name}.mjs`), ['@aws-sdk/*', '@smithy/*']),
    ),
  ),
  processes: await settle({
    firstRequest: bundle('processes/first-request.ts', join(folder, 'first-request.mjs')),
    tlsProxy: bundle('processes/tls-proxy.ts', join(folder, 'tls-proxy.mjs')),
    load: bundle('processes/load.ts', join(folder, 'load.mjs')),
  }),
});
