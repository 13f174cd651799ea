import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createFunctionPool } from '../../infra/local/function-pool.ts';
import type { FunctionHost } from '../../infra/local/function-process.ts';
import type { InvocationOutcome } from '../../infra/local/invocation.ts';
import type { FunctionModel } from '../../infra/local/model.ts';
import { functionModel, isAlive, startBarrier, temporaryDirectory } from './fixture.ts';

function startPool(source: string, overrides: Partial<FunctionModel> = {}, host: Partial<FunctionHost> = {}) {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const pool = createFunctionPool(functionModel(source, overrides), { log, ...host });
  onTestFinished(() => pool.close());
  const invoke = async (event: unknown = {}) => decode(await pool.invoke(JSON.stringify(event)));
  return { pool, lines, invoke };
}

function decode(outcome: InvocationOutcome) {
  return 'payload' in outcome ? { status: outcome.status, payload: JSON.parse(outcome.payload) } : outcome;
}

const pidOnceAllCalled = `export const handler = async ({ barrier }) => {
  if (barrier) await fetch(barrier);
  return process.pid;
};`;

test('concurrent invocations run in processes of their own, later ones in the warm process used last', async () => {
  const { pool, invoke } = startPool(pidOnceAllCalled);
  const barrier = await startBarrier(2);
  const concurrent = await Promise.all([invoke({ barrier }), invoke({ barrier })]);
  expect(new Set(concurrent.map((outcome) => 'payload' in outcome && outcome.payload)).size).toBe(2);

  const third = await invoke();
  expect(concurrent).toContainEqual(third);
  expect(await invoke()).toEqual(third);
  expect(pool.processes()).toHaveLength(2);
});

test('a process is busy while it serves an invocation', async () => {
  const { pool, invoke } = startPool(pidOnceAllCalled);
  const barrier = await startBarrier(2);
  const invocation = invoke({ barrier });
  await vi.waitFor(() => expect(pool.processes()).toEqual([{ pid: expect.any(Number), busy: true }]), 20_000);
  await fetch(barrier);
  const [busy] = pool.processes();
  expect(await invocation).toEqual({ status: 'success', payload: busy?.pid });
  expect(pool.processes()).toEqual([{ pid: busy?.pid, busy: false }]);
});

test('an invocation past its timeout is killed with its process, and the next one gets another', async () => {
  const source = `export const handler = async ({ loop }) => {
    console.log('pid ' + process.pid);
    while (loop);
    return process.pid;
  };`;
  const { pool, lines, invoke } = startPool(source, { timeoutMs: 1_000 });
  expect(await invoke({ loop: true })).toEqual({ status: 'timeout' });
  expect(pool.processes()).toEqual([]);
  const pid = Number(/\[Example (\d+)\]/.exec(lines.join('\n'))?.[1]);
  expect(isAlive(pid)).toBe(false);
  expect(lines).toContain(`[Example ${pid}] Task timed out after 1 seconds`);
  expect(await invoke()).toEqual({ status: 'success', payload: expect.toSatisfy((next) => next !== pid) });
});

test('the time of an invocation starts when it is delivered, whatever the cold start took', async () => {
  const source = `await new Promise((resolve) => setTimeout(resolve, 1_500));
  export const handler = async (_event, context) => context.getRemainingTimeInMillis();`;
  const { invoke } = startPool(source, { timeoutMs: 1_000 });
  const outcome = await invoke();
  expect(outcome).toEqual({ status: 'success', payload: expect.toSatisfy((ms) => ms > 0 && ms <= 1_000) });
});

test('a process that exits in mid-invocation is an error at once, and the next invocation gets another', async () => {
  const { invoke } = startPool('export const handler = async ({ exit }) => (exit ? process.exit(3) : "fine");');
  const errorMessage = 'Runtime exited with error: exit status 3';
  expect(await invoke({ exit: true })).toEqual({
    status: 'error',
    payload: { errorType: 'Runtime.ExitError', errorMessage },
  });
  expect(await invoke()).toEqual({ status: 'success', payload: 'fine' });
});

test('a process that is killed in mid-invocation is an error', async () => {
  const { pool, invoke } = startPool(pidOnceAllCalled);
  const barrier = await startBarrier(2);
  const invocation = invoke({ barrier });
  await vi.waitFor(() => expect(pool.processes()).toHaveLength(1), 20_000);
  for (const { pid } of pool.processes()) process.kill(pid, 'SIGKILL');
  expect(await invocation).toMatchObject({ status: 'error', payload: { errorType: 'Runtime.ExitError' } });
});

test('an idle process that ends is forgotten', async () => {
  const { pool, invoke } = startPool('export const handler = async () => process.pid;');
  await invoke();
  for (const { pid } of pool.processes()) process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(pool.processes()).toEqual([]), 20_000);
  expect(await invoke()).toMatchObject({ status: 'success' });
});

test('a thrown error is the outcome, and the process stays warm', async () => {
  const source = `export const handler = async ({ fail }) => {
    if (fail) throw new RangeError('too many');
    return process.pid;
  };`;
  const { lines, invoke } = startPool(source);
  const before = await invoke();
  const error = { errorType: 'RangeError', errorMessage: 'too many' };
  expect(await invoke({ fail: true })).toMatchObject({ status: 'error', payload: error });
  expect(await invoke()).toEqual(before);
  expect(lines.join('\n')).toContain('too many');
});

test('a bundle that does not load is an error, and its process ends', async () => {
  const { pool, invoke } = startPool('throw new Error("no configuration");');
  expect(await invoke()).toMatchObject({ status: 'error', payload: { errorMessage: 'no configuration' } });
  expect(pool.processes()).toEqual([]);
});

test('G251: a bundle loads from a folder of any name', async () => {
  const directory = join(temporaryDirectory(), '#1 100% %41? ü');
  mkdirSync(directory);
  writeFileSync(join(directory, 'index.mjs'), "export const handler = async () => 'loaded';");
  const { invoke } = startPool('', { directory });
  expect(await invoke()).toEqual({ status: 'success', payload: 'loaded' });
});

test('a cold start past its limit is killed', async () => {
  const forever = 'setInterval(() => {}, 1_000); await new Promise(() => {});';
  const { pool, invoke } = startPool(forever, {}, { initLimitMs: 500 });
  expect(await invoke()).toEqual({ status: 'timeout' });
  expect(pool.processes()).toEqual([]);
});

test('an event above 6 MB is not passed on', async () => {
  const { pool, invoke } = startPool('export const handler = async () => null;');
  expect(await invoke('x'.repeat(6 * 1024 * 1024))).toEqual({ status: 'too-large' });
  expect(pool.processes()).toEqual([]);
});

test('a result above 6 MB is an error', async () => {
  const { invoke } = startPool('export const handler = async ({ bytes }) => "x".repeat(bytes);');
  const errorType = 'Function.ResponseSizeTooLarge';
  expect(await invoke({ bytes: 6 * 1024 * 1024 })).toMatchObject({ status: 'error', payload: { errorType } });
  expect(await invoke({ bytes: 6 * 1024 * 1024 - 2 })).toMatchObject({ status: 'success' });
});

test('a function gets its own variables and Lambda’s, never those of the host', async () => {
  for (const name of [
    'AWS_PROFILE',
    'AWS_SESSION_TOKEN',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'HOST_SECRET',
  ]) {
    vi.stubEnv(name, 'of the host');
  }
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const fn = { environment: { TABLE: 'records', AWS_REGION: 'mars-north-1' }, memoryMb: 256 };
  const { invoke } = startPool('export const handler = async () => process.env;', fn, {
    endpoint: 'http://127.0.0.1:8',
  });
  const outcome = await invoke();
  expect(JSON.stringify(outcome)).not.toContain('of the host');
  expect(outcome).toMatchObject({
    payload: {
      TABLE: 'records',
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_LAMBDA_FUNCTION_NAME: 'Example',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      PATH: process.env['PATH'],
    },
  });
});

test('what a function prints is logged with its name and process', async () => {
  const { lines, invoke } = startPool(`export const handler = async () => {
    console.log('paid');
    process.stderr.write('warned\\n');
    return process.pid;
  };`);
  const outcome = await invoke();
  const prefix = `[Example ${'payload' in outcome && outcome.payload}] `;
  await vi.waitFor(() => expect(lines).toContain(`${prefix}warned`), 20_000);
  await vi.waitFor(() => expect(lines).toContainEqual(expect.stringMatching(/"message":"paid"/)), 20_000);
  expect(lines.every((line) => line.startsWith(prefix))).toBe(true);
});

test('closing ends idle and busy processes, and what calls get then is an error', async () => {
  const { pool, invoke } = startPool(pidOnceAllCalled);
  const barrier = await startBarrier(3);
  await invoke();
  const running = [invoke({ barrier }), invoke({ barrier })];
  await vi.waitFor(() => expect(pool.processes()).toHaveLength(2), 20_000);
  const pids = pool.processes().map(({ pid }) => pid);
  await pool.close();
  expect(pids.filter(isAlive)).toEqual([]);
  for (const outcome of [...running, invoke()]) expect(await outcome).toMatchObject({ status: 'error' });
});
