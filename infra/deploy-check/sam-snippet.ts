import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = join(import.meta.dirname, '../../docs/without-the-cdk.md');

/** The template for AWS SAM that the docs show. */
export function samSnippet(): string {
  const [, snippet] = /^## AWS SAM\n[^#]*?```yaml\n([\s\S]*?)```/m.exec(readFileSync(page, 'utf8')) ?? [];
  if (snippet === undefined) throw new Error('docs/without-the-cdk.md has no snippet for AWS SAM.');
  return snippet;
}
