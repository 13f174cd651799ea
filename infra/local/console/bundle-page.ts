import { join } from 'node:path';
import { build } from 'esbuild';

export type PageFiles = Record<'app.js' | 'app.css', string>;

/** Made when somebody opens it first, in memory: nothing is built ahead, and nothing written. */
export async function bundlePage(): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: { app: join(import.meta.dirname, 'page/main.tsx') },
    outdir: 'page',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    logLevel: 'silent',
  });
  const textOf = (end: string): string => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return { 'app.js': textOf('app.js'), 'app.css': textOf('app.css') };
}

export const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>middy-idempotency · console</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_console/app.css">
<script type="module" src="/_console/app.js"></script>
</head>
<body><div id="app"></div></body>
</html>
`;
