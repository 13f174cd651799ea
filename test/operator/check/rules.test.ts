import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../../infra/operator/check/rules/rules.ts';
import { runLine } from '../../support/operator.ts';
import { type ReferenceOptions, startReferenceServer } from './reference-server.ts';

let folder: string;
let body: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
  body = join(folder, 'order.json');
  await writeFile(body, '{"item":"book","amount":42}');
});

afterAll(() => rm(folder, { recursive: true }));

interface Found {
  id: string;
  result: 'passed' | 'failed' | 'not tried';
  why?: string;
  reason?: string;
  exchanges?: string[];
}

const checkReference = async (options: ReferenceOptions, more: readonly string[] = []) => {
  const server = await startReferenceServer(options);
  try {
    const ran = await runLine([
      'check',
      `${server.url}/orders`,
      ...['--body', body, '--header', 'Authorization: ann', '--other-header', 'Authorization: bob'],
      ...['--effects-url', `${server.url}/effects`, '--effects-path', 'orders.count'],
      ...['--slow-header', 'X-Slow: 500', '--fail-header', 'X-Fail: 1', '--patience', '0.3'],
      ...['--origin', 'https://shop.example', '--json', ...more],
    ]);
    const found = ran.json.rules as Found[];
    const those = (result: Found['result']) => found.filter((rule) => rule.result === result);
    return { ...ran, failed: those('failed'), notTried: those('not tried') };
  } finally {
    await server.close();
  }
};

describe.concurrent('the checker', () => {
  it('G270: finds that a server which keeps every rule keeps them, and leaves none untried', async () => {
    const { code, failed, notTried } = await checkReference({ windowMs: 3000 }, ['--window', '3']);
    expect([failed, notTried, code]).toEqual([[], [], 0]);
  });

  it.each(rules)('G270: tells that $id is broken, and nothing else, where nothing else is', async ({ id, level }) => {
    const { code, failed } = await checkReference({ fault: id }, id === 'window-ends' ? ['--window', '0.1'] : []);
    expect(failed.map((rule) => rule.id)).toEqual([id]);
    expect(failed[0]?.exchanges?.length).toBeGreaterThan(0);
    expect(code).toBe(level === 'practice' ? 0 : 6);
  });
});
