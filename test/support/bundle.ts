import { build, type Metafile } from 'esbuild';

export interface BundleOptions {
  folder: string;
  /** Paths in the folder. */
  entry: string;
  outfile: string;
  /** What stays outside; the default of NodejsFunction is the SDK of the Lambda runtime. */
  external?: readonly string[];
  conditions?: readonly string[];
  /** @default what the folder's tsconfig.json says */
  experimentalDecorators?: boolean;
}

/** Bundles a handler as NodejsFunction does with the options of the example stack. */
export const bundleAsDeployed = async (options: BundleOptions): Promise<Metafile> => {
  const { folder, entry, outfile, external = [], conditions, experimentalDecorators } = options;
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile,
    external: [...external],
    ...(conditions && { conditions: [...conditions] }),
    ...(experimentalDecorators !== undefined && { tsconfigRaw: { compilerOptions: { experimentalDecorators } } }),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    mainFields: ['module', 'main'],
    metafile: true,
    logLevel: 'error',
  });
  return metafile;
};

/** What a module exports, and what it still imports once its own files are bundled. */
export const readModule = async (path: string): Promise<{ exports: string[]; imports: string[] }> => {
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
};
