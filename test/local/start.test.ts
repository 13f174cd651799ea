import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  byJwt,
  functionResource,
  getJson,
  isAlive,
  jwtAuthorizer,
  routeResources,
  stockTable,
  writeAssembly,
} from './fixture.ts';

const script = join(import.meta.dirname, '../../infra/local/start.ts');

type Runner = ChildProcessByStdio<null, Readable, Readable>;

function run(...args: string[]): Runner {
  return runWith({}, ...args);
}

function runWith(variables: Record<string, string>, ...args: string[]): Runner {
  const env = { PATH: process.env['PATH'], PORT: '0', ...variables };
  const runner = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    runner.kill('SIGKILL');
  });
  return runner;
}

function exampleAssembly(): string {
  const bundles = {
    'asset.pay': `export const handler = async ({ rawPath }) => {
      while (rawPath === '/loop');
      return process.pid;
    };`,
  };
  const resources = {
    Stock: stockTable,
    Pay: functionResource('asset.pay', { Timeout: 300 }),
    ...routeResources('PayRoute', 'POST /payments', 'Pay'),
    ...routeResources('LoopRoute', 'GET /loop', 'Pay'),
    Jwt: jwtAuthorizer('https://idp.example.com'),
    ...routeResources('AuditRoute', 'GET /audit', 'Pay', {}, byJwt),
  };
  return writeAssembly(resources, bundles);
}

async function readUntil(runner: Runner, isLast: (line: string) => boolean): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: runner.stdout })) {
    lines.push(line);
    if (isLast(line)) break;
  }
  runner.stdout.resume();
  return lines;
}

async function untilReady(runner: Runner) {
  const lines = await readUntil(runner, (line) => line.endsWith('/_local'));
  const [, url = '', endpoint = ''] = /^ready (\S+) \(DynamoDB: \S+ at (\S+)\)$/.exec(lines[0] ?? '') ?? [];
  return { url, endpoint, lines };
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'it says where it runs, serves, and ends with 0 on %s, also when that comes twice',
  async (signal) => {
    const runner = run('--assembly', exampleAssembly());
    const { url, endpoint, lines } = await untilReady(runner);
    expect(lines.join('\n')).toContain(`curl -i ${url}/payments`);
    expect(lines.join('\n')).not.toContain('/orders');
    expect(lines).toContain('note: needs a token of https://idp.example.com: add -H "Authorization: Bearer $JWT"');
    const pid = await getJson<number>(`${url}/payments`, { method: 'POST' });

    const exit = once(runner, 'exit');
    runner.kill(signal);
    await readUntil(runner, (line) => line === `${signal}: stopping`);
    runner.kill(signal);
    expect(await exit).toEqual([0, null]);
    expect(isAlive(pid)).toBe(false);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
  },
);

test('processes do not outlive a runner that was killed, not even busy ones', async () => {
  const runner = run('--assembly', exampleAssembly());
  const { url, endpoint } = await untilReady(runner);
  const pid = await getJson<number>(`${url}/payments`, { method: 'POST' });
  const answer = fetch(`${url}/loop`).catch(() => 'gone');
  await vi.waitFor(async () => {
    const { functions } = await getJson<{ functions: object[] }>(`${url}/_local`);
    expect(functions).toMatchObject([{ processes: [{ pid, busy: true }] }]);
  }, 20_000);

  runner.kill('SIGKILL');
  expect(await answer).toBe('gone');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 20_000);
  await vi.waitFor(() => expect(fetch(endpoint)).rejects.toThrow('fetch failed'), 20_000);
});

test('G252: an engine that is killed ends the run with a message', async () => {
  const runner = run('--assembly', exampleAssembly());
  const { url } = await untilReady(runner);
  const { enginePid } = await getJson<{ enginePid: number }>(`${url}/_local`);
  const ended = Promise.all([once(runner, 'exit'), text(runner.stderr)]);
  process.kill(enginePid, 'SIGKILL');
  const [[code], errors] = await ended;
  expect(code).toBe(1);
  expect(errors).toContain('the DynamoDB engine has ended (SIGKILL)');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test.each([
  ['alone', {}],
  ['with hosts that it is not for', { NO_PROXY: 'example.com', no_proxy: 'example.com, example.org' }],
])('G253: a proxy in the environment, %s, is not for what runs on this machine', async (_title, exceptions) => {
  const proxy = 'http://127.0.0.1:9';
  const proxies = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, http_proxy: proxy, https_proxy: proxy };
  const environment = { ...proxies, NODE_USE_ENV_PROXY: '1', ...exceptions };
  const { url, lines } = await untilReady(runWith(environment, '--assembly', exampleAssembly()));
  expect(lines).toContain('note: curl calls the proxy of http_proxy: add --noproxy 127.0.0.1');
  expect(await getJson(`${url}/payments`, { method: 'POST' })).toEqual(expect.any(Number));
});

test.each([
  ['an unknown option', 2, ['--verbose'], 'usage: npm start'],
  ['a folder without an assembly', 1, ['--assembly', 'nowhere'], 'run "npm run synth" first'],
])('%s ends it with %i and says why', async (_title, exitCode, args, message) => {
  const runner = run(...args);
  const [[code], errors] = await Promise.all([once(runner, 'exit'), text(runner.stderr)]);
  expect(code).toBe(exitCode);
  expect(errors).toContain(message);
});
