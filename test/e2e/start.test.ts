import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../support/consumer.ts';

/** `npm start`, as two terminals would run it: nobody has chosen a port. */
async function start(): Promise<{ url: string; stop(): Promise<unknown> }> {
  const { PORT: _port, ...env } = process.env;
  const script = join(root, 'infra/local/start.ts');
  const runner = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void runner.kill('SIGKILL'));
  for await (const line of createInterface({ input: runner.stdout })) {
    const [, url] = /^ready (\S+)/.exec(line) ?? [];
    if (!url) continue;
    runner.stdout.resume();
    const exit = once(runner, 'exit');
    return {
      url,
      stop() {
        runner.kill('SIGTERM');
        return exit;
      },
    };
  }
  throw new Error('the run has ended before it was ready');
}

const lastChange = (path: string) => (existsSync(path) ? statSync(path).mtimeMs : undefined);

test('G251: two runs of the project at the same moment are both ready, and write nothing into it', {
  timeout: 120_000,
}, async () => {
  const output = join(root, 'cdk.out');
  const before = lastChange(output);
  const runs = await Promise.all([start(), start()]);
  expect(new Set(runs.map(({ url }) => url)).size).toBe(2);
  for (const { url } of runs) expect((await fetch(`${url}/token/getkey`)).status).toBe(200);
  for (const { url } of runs) expect((await fetch(`${url}/_console`)).status).toBe(200);
  expect(lastChange(output)).toBe(before);
  expect(await Promise.all(runs.map((run) => run.stop()))).toEqual([
    [0, null],
    [0, null],
  ]);
});
