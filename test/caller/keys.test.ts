import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileKeys, type KeyStore, mapKeys, type StoredKey } from '../../functions/idempotency/entries/client.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
});

afterAll(() => rm(folder, { recursive: true }));

const entry = (key: string): StoredKey => ({ key, print: 'print', untilMs: 1 });

describe.each<[string, () => KeyStore]>([
  ['mapKeys', () => mapKeys(new Map())],
  ['fileKeys', () => fileKeys(join(folder, crypto.randomUUID(), 'room'))],
])('%s', (_name, create) => {
  it('stores, changes and forgets, each intention by itself', async () => {
    const keys = create();
    const read = (intention: string) => keys.update(intention, (found) => found);
    expect(await read('a/../b é')).toBeUndefined();
    expect(await keys.update('a/../b é', () => entry('1'))).toEqual(entry('1'));
    expect(await read('other')).toBeUndefined();
    expect(await keys.update('a/../b é', (found) => found && { ...found, done: true })).toEqual({
      ...entry('1'),
      done: true,
    });
    expect(await read('a/../b é')).toEqual({ ...entry('1'), done: true });
    expect(await keys.update('a/../b é', () => undefined)).toBeUndefined();
    expect(await read('a/../b é')).toBeUndefined();
    expect(await keys.update('a/../b é', (found) => found ?? entry('2'))).toEqual(entry('2'));
  });

  it('gives all who come at once the same, and loses no change', async () => {
    const keys = create();
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) => keys.update('one', (found) => found ?? entry(`${index}`))),
    );
    expect(new Set(all.map((stored) => stored?.key)).size).toBe(1);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        keys.update('one', (found) => found && { ...found, untilMs: found.untilMs + 1 }),
      ),
    );
    expect(await keys.update('one', (found) => found)).toMatchObject({ untilMs: 21 });
  });

  it('goes on after a change that throws', async () => {
    const keys = create();
    const failing = keys.update('one', () => {
      throw new Error('mine');
    });
    await expect(failing).rejects.toThrow('mine');
    expect(await keys.update('one', () => entry('1'))).toEqual(entry('1'));
  });
});

describe('fileKeys', () => {
  it('G233: processes that begin at the same time agree on one key', { timeout: 60_000 }, async () => {
    const room = join(folder, 'shared');
    const client = join(import.meta.dirname, '../../functions/idempotency/entries/client.ts');
    const script = `
      import { fileKeys } from '${client}';
      const keys = fileKeys('${room}');
      const found = [];
      for (let index = 0; index < 40; index += 1) {
        const { key } = await keys.update(\`pay \${index}\`, (found) => found ?? { key: crypto.randomUUID(), print: 'p', untilMs: 1 });
        found.push(key);
      }
      console.log(JSON.stringify(found));`;
    const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const outputs = await Promise.all(Array.from({ length: 4 }, run));
    expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1);
    expect(new Set(JSON.parse(outputs[0]?.stdout ?? '')).size).toBe(40);
  });

  it('leaves no drafts behind, and reads what another process has written', async () => {
    const room = join(folder, 'left');
    await fileKeys(room).update('one', () => entry('1'));
    const [intention = ''] = await readdir(room);
    expect(await readdir(join(room, intention))).toEqual(['1']);
    expect(await fileKeys(room).update('one', (found) => found)).toEqual(entry('1'));
  });
});
