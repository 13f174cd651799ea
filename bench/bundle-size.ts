import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import type { Bundle, Bundles } from './bundles.ts';
import type { Subject } from './subjects.ts';

export interface Size {
  bytes: number;
  gzipBytes: number;
  middyBytes: number;
  /** What the bytes come from, the most first: a file of this repository, or a package. */
  modules: { name: string; bytes: number }[];
}

export interface Sizes {
  whole: Record<Subject, Size>;
  withoutSdk: Record<Subject, Size>;
}

const packageOf = (path: string): string | undefined => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];

const modulesOf = ({ outputs }: Metafile): Size['modules'] => {
  const bytes = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(path) ?? path;
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...bytes].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
};

const sizeOf = async ({ path, metafile }: Bundle): Promise<Size> => {
  const content = await readFile(path);
  const modules = modulesOf(metafile);
  return {
    bytes: content.length,
    gzipBytes: gzipSync(content).length,
    middyBytes: modules.filter(({ name }) => name.startsWith('@middy/')).reduce((sum, { bytes }) => sum + bytes, 0),
    modules,
  };
};

const sizesOf = async ({ ours, lean, peer }: Record<Subject, Bundle>): Promise<Record<Subject, Size>> => ({
  ours: await sizeOf(ours),
  lean: await sizeOf(lean),
  peer: await sizeOf(peer),
});

export const measureSizes = async ({ whole, withoutSdk }: Bundles): Promise<Sizes> => ({
  whole: await sizesOf(whole),
  withoutSdk: await sizesOf(withoutSdk),
});
