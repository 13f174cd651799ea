import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { pythonTools, ToolsMissing } from '../../infra/deploy-check/python-tools.ts';

test('the deployment check says what to install where there is no Python', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'python-tools-'));
  vi.stubEnv('PATH', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  const tools = pythonTools(folder);

  await expect(tools).rejects.toThrow(ToolsMissing);
  await expect(tools).rejects.toThrow(/ENOENT\nInstall Python from 3.10 on with its module venv/);
});
