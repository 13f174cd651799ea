import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { type Accident, causeAccidents } from '../../infra/operator/accidents/cause-accidents.ts';
import { buildOperator } from '../../infra/operator/build.ts';
import { root } from '../support/consumer.ts';

/** In the project, so that the program finds the SDK as it does at a user's. */
const folder = join(root, 'node_modules/.cache/operator-e2e');
const program = join(folder, 'middy-idempotency.mjs');
const answerFile = join(folder, 'answer.json');
const repaired = { statusCode: 200, body: '{"repaired":true}' };

let stack: LocalStack;
let accidents: Accident[];

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await buildOperator(program);
  await writeFile(answerFile, JSON.stringify(repaired));
  stack = await startLocalStack({
    assembly: inject('assembly'),
    port: 0,
    environment: { PROVIDER_LATENCY_MS: '1500' },
  });
  accidents = await causeAccidents(stack.url);
});
afterAll(async () => {
  await stack?.close();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...args, '--local-url', stack.url], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

/** The command that the program itself suggests, with the answer that was found. */
const suggested = (stdout: string, command: string): string[] => {
  const line = stdout.split('\n').find((found) => found.includes(`middy-idempotency ${command} `)) ?? '';
  const words = line
    .slice(line.indexOf(`${command} `))
    .trim()
    .split(' ');
  return words
    .map((word) => word.replace(/^'(.*)'$/, '$1').replace('answer.json', answerFile))
    .filter((word, index, all) => word !== '--local-url' && all[index - 1] !== '--local-url');
};

const accident = (what: string): Accident => accidents.find((found) => found.what.includes(what)) as Accident;

it('a payment whose process was killed is found by the customer’s key, freed at once, and paid', async () => {
  const { key, again } = accident('POST /payments');
  const found = await run('find', '--key', key);
  expect([found.code, found.stdout]).toEqual([0, expect.stringMatching(/running|crashed/)]);
  const release = suggested(found.stdout, 'release');
  const dry = await run(...release);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('Nothing was changed')]);
  const done = await run(...release, '--yes');
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('runs, as attempt 2')]);
  const { status, text } = await again();
  expect([status, JSON.parse(text).attempt]).toEqual([201, 2]);
});

it('a transfer that crashed under reject is found by the customer’s key, and answered with what the bank knows', async () => {
  const { key, again } = accident('bank transfer');
  await expect.poll(async () => JSON.parse((await again()).text).code, { timeout: 10_000 }).toBe('OUTCOME_UNKNOWN');
  const listed = await run('list', '--crashed', '--json', '--exit-code');
  expect(listed.code).toBe(6);
  const found = await run('find', '--key', key);
  expect(found.stdout).toContain("held for good (afterCrash 'reject')");
  const done = await run(...suggested(found.stdout, 'complete'), '--yes');
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('The stored answer (200)')]);
  expect(await again()).toEqual({ status: 200, text: repaired.body });
});

it('a statement that was too large is found by the customer’s key, and answered with a smaller one', async () => {
  const { key, again } = accident('account statement');
  expect(JSON.parse((await again()).text).code).toBe('RESULT_UNAVAILABLE');
  const found = await run('find', '--key', key);
  expect(found.stdout).toContain('not kept: too large');
  const done = await run(...suggested(found.stdout, 'complete'), '--yes');
  expect(done.code).toBe(0);
  expect(await again()).toEqual({ status: 200, text: repaired.body });
});

it('guards of the local run’s orders are as their items say', async () => {
  const order = { orderNo: 'n-1', userId: 'u-1', items: [{ sku: 'mouse', quantity: 1 }] };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${stack.url}/orders`, { method: 'POST', headers, body: JSON.stringify(order) });
  const { code, stderr } = await run('guards', '--check', '--table', 'Orders', '--unique', 'orderNo');
  expect([code, stderr]).toEqual([0, expect.stringContaining('0 found, 0 mended, of 2 items')]);
});
