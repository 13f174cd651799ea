import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { operatedTable } from './records.ts';

const database = openDatabase(anyEngine());
const escapeCode = '\u001b[';

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('TERM', 'xterm-256color');
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe('on a terminal', () => {
  it('a scan has a progress bar, and states have colours', async () => {
    const { run, crashed } = await operatedTable(database);
    await crashed('o-1');
    const { stdout, stderr } = await run(['find', '--key', 'o-1'], { isTTY: true });
    expect([stdout.includes(escapeCode), stderr.includes('of about')]).toEqual([true, true]);
  });

  it('there are none elsewhere, with --json, or where NO_COLOR asks for none', async () => {
    const { run, crashed } = await operatedTable(database);
    await crashed('o-1');
    for (const [args, isTTY] of [
      [['find', '--key', 'o-1'], false],
      [['find', '--key', 'o-1', '--json'], true],
    ] as const) {
      const { stdout, stderr } = await run(args, { isTTY });
      expect(stdout + stderr).not.toContain(escapeCode);
      expect(stderr).not.toContain('of about');
    }
    vi.stubEnv('NO_COLOR', '1');
    expect((await run(['find', '--key', 'o-1'], { isTTY: true })).stdout).not.toContain(escapeCode);
    vi.stubEnv('NO_COLOR', undefined);
  });
});

describe('watch', () => {
  it('tells each change of a record until it is done', async () => {
    const { run, crashed, store } = await operatedTable(database);
    const { id } = await crashed('o-1');
    const watching = run(['watch', id, '--every', '0.05', '--json']);
    await sleep(400);
    await run(['release', id, '--yes']);
    await sleep(400);
    const expiresAtSeconds = Math.ceil(Date.now() / 1000) + 60;
    const result = { encoding: 'json', data: '1' } as const;
    await store.resolve({ id, nowMs: Date.now(), expiresAtSeconds, result });
    const { code, stdout } = await watching;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([code, lines.map(({ record }) => record.state)]).toEqual([0, ['crashed', 'released', 'done']]);
  });

  it('tells what gets into trouble, once each, until Ctrl-C', async () => {
    const { run, crashed } = await operatedTable(database);
    const first = await crashed('o-1');
    let interrupt = () => {};
    const onStart = (press: () => void) => {
      interrupt = press;
    };
    const watching = run(['watch', '--crashed', '--every', '0.05', '--json'], { onStart });
    await sleep(400);
    const second = await crashed('o-2');
    await sleep(400);
    interrupt();
    const { code, stdout } = await watching;
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id);
    expect([code, ids]).toEqual([0, [first.id, second.id]]);
  });
});
