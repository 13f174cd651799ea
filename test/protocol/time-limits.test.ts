import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('G151: a callback that never settles is given up also where nothing else keeps the process alive', () => {
  const script = `
    import { withTimeLimit } from './functions/idempotency/base/deadline.ts';
    await withTimeLimit(20, () => new Promise(() => undefined)).catch(({ name }) => console.log(name));
  `;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect([stdout.trim(), status]).toEqual(['TimeoutError', 0]);
});
