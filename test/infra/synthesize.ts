import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

// An App outside the CLI reads no cdk.json: without its feature flags the template would not be the one that is deployed.
const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));

/** The template of the stack that `define` adds to an app, without bundling its functions. */
export function synthesize(define: (app: App) => Stack, inspect: (stack: Stack) => void = () => undefined): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-out-'));
  try {
    const app = new App({
      outdir,
      context: { ...context, 'aws:cdk:bundling-stacks': [] },
      analyticsReporting: false,
    });
    const stack = define(app);
    inspect(stack);
    return Template.fromStack(stack);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
