import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack({ assembly: inject('assembly'), port: 0 });
});

afterAll(() => stack.close());

it('the demo shows the accident, and each cure, on the running API', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['infra/local/demo/demo.ts'], {
    env: { ...process.env, PORT: new URL(stack.url).port },
  });
  expect(stdout).toContain(stack.url);
  const rows = stdout.split('\n').flatMap((line) => {
    const [, scenario, requests, executions, answers] = /^(\S.*?) {2,}(\d+) +(\d+) +(\d+) /.exec(line) ?? [];
    return scenario ? [[scenario, requests, executions, answers]] : [];
  });
  expect(rows).toEqual([
    ['payment, unprotected', '20', '20', '20'],
    ['payment, singleUseToken', '20', '1', '1'],
    ['payment, idempotencyKey', '20', '1', '1'],
    ['payment, idempotencyKey of order + user', '20', '1', '1'],
    ['order, uniqueIndex', '20', '1', '1'],
    ['order, uniqueIndex with a key', '20', '1', '1'],
  ]);
  expect(stdout).toContain('the page checks out: the answer, 201, is lost, and the page is closed\n');
  expect(stdout).toContain('with the key that it has kept: 201, the first answer\n');
  expect(stdout).toContain('payments made: 1\n');
});
