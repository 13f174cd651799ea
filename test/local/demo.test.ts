import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('what keeps the demo from its work is said in one line', async () => {
  const script = join(import.meta.dirname, '../../infra/local/demo/demo.ts');
  const run = promisify(execFile)(process.execPath, [script], { env: { PORT: 'http' } });
  await expect(run).rejects.toMatchObject({ code: 1, stderr: 'PORT takes a port number, not "http"\n' });
});
