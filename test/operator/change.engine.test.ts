import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openFor } from '../../functions/idempotency/record/encryption.ts';
import { decodeOutcome } from '../../functions/idempotency/record/result.ts';
import { anyEngine, onEachEngine, openDatabase } from '../support/dynamodb.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { operatedTable, secret } from './records.ts';

let folder: string;
let encryptionFile: string;
const answer = { statusCode: 201, body: secret };

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  folder = await mkdtemp(join(tmpdir(), 'operator-'));
  await writeFile(join(folder, 'answer.json'), JSON.stringify(answer));
  encryptionFile = join(folder, 'encryption.mjs');
  await writeFile(
    encryptionFile,
    `const turn = (bytes, { recordId }) => bytes.map((byte) => byte ^ recordId.length);
export const encryption = { seal: turn, open: turn };`,
  );
  await writeFile(join(folder, 'no-encryption.mjs'), 'export const encryption = { seal: true };');
  await writeFile(
    join(folder, 'failing.mjs'),
    `export const encryption = { seal: () => { throw new Error('KMS is away'); }, open: () => undefined };`,
  );
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const withAnswer = () => ['--with', join(folder, 'answer.json')];
const auditOf = (stderr: string) =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{"audit"'))
    .map((line) => JSON.parse(line));

onEachEngine((database) => {
  describe('a dry run', () => {
    it('G222: of each command changes nothing, and says what it would do, what comes next, and how to do it', async () => {
      const { run, crashed, read } = await operatedTable(database);
      const { id, owner } = await crashed('o-1', { forGood: true });
      const before = await read(id);
      for (const [command, outcome, next] of [
        [['release', id], 'released', 'runs, as attempt 2'],
        [['complete', id, ...withAnswer()], 'done', 'The stored answer (201)'],
        [['forget', id], 'forgotten', 'runs, as attempt 1'],
      ] as const) {
        const { code, stdout, stderr } = await run(command);
        expect(code).toBe(0);
        for (const part of [outcome, next, 'Nothing was changed', `--owner ${owner} --yes`])
          expect(stdout).toContain(part);
        expect(auditOf(stderr)).toEqual([]);
        expect(stdout).not.toContain(secret);
      }
      expect(await read(id)).toEqual(before);
      expect((await run(['release', id, '--json'])).json).toMatchObject({
        command: 'release',
        dryRun: true,
        before: { state: 'crashed', heldForGood: true, nextRequest: { outcome: 'OUTCOME_UNKNOWN' } },
        after: { state: 'released', attempt: 1, owner: null },
        nextRequest: { outcome: 'RUNS' },
      });
    });
  });

  describe('release', () => {
    it('frees what crashed, for the same payload, and the next run knows', async () => {
      const { run, crashed, store } = await operatedTable(database);
      const claim = await crashed('o-1', { forGood: true });
      const { code, stdout } = await run(['release', claim.id, '--owner', claim.owner, '--yes']);
      expect([code, stdout]).toEqual([0, expect.stringContaining('runs, as attempt 2')]);
      const next = { ...claim, owner: 'next', nowMs: Date.now(), leaseExpiresAtMs: Date.now() + 5000 };
      expect((await store.claim({ ...next, fingerprint: 'another' })).claimed).toBe(false);
      expect(await store.claim(next)).toMatchObject({ claimed: true, attempt: 2, previous: 'crashed' });
    });

    it('refuses what is done or free, and what is not there', async () => {
      const { run, done, released } = await operatedTable(database);
      const codes = [];
      for (const { id } of [await done('o-1'), await released('o-2'), { id: `pay#${'x'.repeat(43)}` }]) {
        codes.push((await run(['release', id, '--yes'])).code);
      }
      expect(codes).toEqual([4, 4, 3]);
    });
  });

  describe('a lease that runs', () => {
    it('G220: is respected, unless force and the owner that was seen are given', async () => {
      const { run, running, read, store } = await operatedTable(database);
      const claim = await running('o-1');
      const before = await read(claim.id);
      for (const [flags, text] of [
        [['--yes'], 'may still be running'],
        [['--owner', claim.owner, '--yes'], 'may still be running'],
        [['--force', '--yes'], `--owner ${claim.owner} --force --yes`],
        [['--force', '--owner', 'another', '--yes'], 'changed meanwhile'],
      ] as const) {
        for (const command of [
          ['release', claim.id],
          ['complete', claim.id, ...withAnswer()],
          ['forget', claim.id],
        ]) {
          const { code, stderr } = await run([...command, ...flags]);
          expect([code, stderr]).toEqual([4, expect.stringContaining(text)]);
        }
      }
      expect(await read(claim.id)).toEqual(before);
      const { code, stderr } = await run(['release', claim.id, '--force', '--owner', claim.owner, '--yes']);
      expect([code, auditOf(stderr)]).toMatchObject([0, [{ forced: true, before: { owner: claim.owner } }]]);
      const late = { ...claim, result: { encoding: 'json', data: '1' } as const, expiresAtSeconds: 9_999_999_999 };
      expect(await store.complete(late)).toBe('lost');
    });

    it('is completed by force for the owner that was seen', async () => {
      const { run, running, read } = await operatedTable(database);
      const { id, owner } = await running('o-1');
      const flags = ['--force', '--owner', owner, '--yes', '--retention', '60'];
      expect((await run(['complete', id, ...withAnswer(), ...flags])).code).toBe(0);
      const record = await read(id);
      expect(record).toMatchObject({ status: 'COMPLETED', result: { data: JSON.stringify(answer) } });
      expect(record?.expiresAtSeconds).toBeLessThanOrEqual(Date.now() / 1000 + 61);
      expect(record?.owner).toBeUndefined();
    });

    it('of a durable execution is settled for the try that was seen', async () => {
      const { run, running, read } = await operatedTable(database);
      const { id, owner } = await running('o-1', { overrides: { fence: 'try 1' } });
      expect((await run(['release', id, '--force', '--owner', owner, '--yes'])).code).toBe(0);
      expect(await read(id)).toMatchObject({ status: 'RELEASED' });
    });
  });

  describe('when it has gone on between the look and the write', () => {
    const race = async (command: (id: string, owner: string) => string[], go: 'complete' | 'release' | 'take over') => {
      const table = await operatedTable(database);
      const proxy = await startFaultProxy(database.endpoint);
      const claim = await table.running('o-1');
      const goOn = async () => {
        const expiresAtSeconds = Math.ceil(Date.now() / 1000) + 86_400;
        const { id } = claim;
        if (go === 'complete') {
          await table.store.complete({ ...claim, result: { encoding: 'json', data: '"its own"' }, expiresAtSeconds });
        } else if (go === 'release') {
          const end = { end: 'failed', previous: undefined, nowMs: Date.now(), expiresAtSeconds } as const;
          await table.store.release({ ...claim, ...end });
        } else {
          await table.store.resolve({ id, nowMs: Date.now(), expiresAtSeconds, holder: claim });
          await table.store.claim({ ...claim, owner: 'successor', nowMs: Date.now() });
        }
        return 'pass' as const;
      };
      for (const verb of ['UpdateItem', 'DeleteItem'] as const) proxy.plan(verb, [goOn]);
      const { code, stderr } = await table.run(command(claim.id, claim.owner), { endpoint: proxy.endpoint });
      return { code, stderr, record: await table.read(claim.id) };
    };
    const forced = (owner: string) => ['--force', '--owner', owner, '--yes'];
    const commands = {
      release: (id: string, owner: string) => ['release', id, ...forced(owner)],
      complete: (id: string, owner: string) => ['complete', id, ...withAnswer(), ...forced(owner)],
      forget: (id: string, owner: string) => ['forget', id, ...forced(owner)],
    };

    it.each([
      { command: 'release', go: 'complete' },
      { command: 'release', go: 'take over' },
      { command: 'complete', go: 'complete' },
      { command: 'complete', go: 'take over' },
      { command: 'forget', go: 'complete' },
      { command: 'forget', go: 'release' },
      { command: 'forget', go: 'take over' },
    ] as const)('G221: $command by force is refused, and changes nothing ($go)', async ({ command, go }) => {
      const { code, stderr, record } = await race(commands[command], go);
      expect([code, stderr]).toEqual([4, expect.stringContaining('It has changed meanwhile')]);
      expect(auditOf(stderr)).toMatchObject([{ command, outcome: 'refused' }]);
      expect(record).toMatchObject(
        {
          complete: { status: 'COMPLETED', result: { data: '"its own"' } },
          release: { status: 'RELEASED', previous: 'failed' },
          'take over': { status: 'IN_PROGRESS', owner: 'successor', attempt: 2 },
        }[go],
      );
    });

    it('another answer that somebody has put there meanwhile is not replaced', async () => {
      const { run, unavailable, read } = await operatedTable(database);
      const proxy = await startFaultProxy(database.endpoint);
      const { id } = await unavailable('o-1');
      proxy.plan('UpdateItem', [
        async () => {
          await run(['complete', id, '--with', '-', '--yes'], { stdin: '"of the colleague"' });
          return 'pass' as const;
        },
      ]);
      const { code } = await run(['complete', id, ...withAnswer(), '--yes'], { endpoint: proxy.endpoint });
      expect([code, (await read(id))?.result]).toEqual([4, { encoding: 'json', data: '"of the colleague"' }]);
    });
  });

  describe('complete', () => {
    it('gives an operation whose answer was not kept one, and replaces a kept one only if told to', async () => {
      const { run, unavailable, done, read } = await operatedTable(database);
      const large = await unavailable('o-1');
      expect((await run(['show', large.id])).stdout).toContain('409 RESULT_UNAVAILABLE');
      expect((await run(['complete', large.id, ...withAnswer(), '--yes'])).code).toBe(0);
      expect(await read(large.id)).toMatchObject({ result: { encoding: 'json', data: JSON.stringify(answer) } });

      const wrong = await done('o-2', { statusCode: 200, body: 'wrong' });
      const refused = await run(['complete', wrong.id, ...withAnswer(), '--yes']);
      expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('--replace')]);
      const before = await read(wrong.id);
      expect((await run(['complete', wrong.id, ...withAnswer(), '--replace', '--yes'])).code).toBe(0);
      expect(await read(wrong.id)).toEqual({ ...before, result: { encoding: 'json', data: JSON.stringify(answer) } });
    });

    it('G242: seals by the encryption of the function, so that a repeat gets the answer and the table has nothing of it', async () => {
      const { run, crashed, unavailable, tableName, store } = await operatedTable(database);
      for (const { id, fingerprint } of [await crashed('o-1', { forGood: true }), await unavailable('o-2')]) {
        const { code, stdout } = await run(['complete', id, ...withAnswer(), '--encryption', encryptionFile, '--yes']);
        expect([code, stdout]).toEqual([0, expect.stringContaining('Idempotent-Replayed')]);
        const outcome = await store.read({ id, nowMs: Date.now(), consistent: true });
        expect(outcome).toMatchObject({ fingerprint, result: { sealed: true } });
        const { data } = (outcome as { result: { data: Uint8Array } }).result;
        const { encryption } = await import(encryptionFile);
        const opened = { encoding: 'zstd', data: (await openFor(id, data, encryption)) as Uint8Array } as const;
        expect(decodeOutcome(opened)).toEqual({ thrown: false, value: answer });
      }
      expect(JSON.stringify(await database.items(tableName))).not.toContain(secret);
    });

    it('G242: puts no unsealed answer in the place of a sealed one, unless told to', async () => {
      const { run, sealed, unavailable, read } = await operatedTable(database);
      for (const { id } of [await sealed('o-1'), await unavailable('o-2', 'not sealed')]) {
        const before = await read(id);
        const refused = await run(['complete', id, ...withAnswer(), '--replace', '--yes']);
        expect([refused.code, refused.stderr]).toEqual([4, expect.stringMatching(/--encryption FILE.*--unsealed/s)]);
        expect(await read(id)).toEqual(before);
        expect((await run(['complete', id, ...withAnswer(), '--replace', '--unsealed', '--yes'])).code).toBe(0);
        expect(await read(id)).toMatchObject({ result: { encoding: 'json' } });
      }
    });

    it('G242: warns that the answer is stored as it is, where nothing tells whether the function seals', async () => {
      const { run, crashed } = await operatedTable(database);
      const { id } = await crashed('o-1');
      const dry = await run(['complete', id, ...withAnswer()]);
      expect(dry.stdout).toContain('stored as it is, unsealed');
      const sealing = await run(['complete', id, ...withAnswer(), '--encryption', encryptionFile]);
      expect(sealing.stdout).not.toContain('unsealed');
    });

    it.each([
      ['missing.mjs', /can't be loaded/],
      ['no-encryption.mjs', /exports no `encryption`/],
      ['failing.mjs', /could not seal.*KMS is away/s],
    ])('G242: changes nothing if the encryption in %s does not work, and says why', async (file, why) => {
      const { run, crashed, read } = await operatedTable(database);
      const { id } = await crashed('o-1');
      const before = await read(id);
      const { code, stderr } = await run([
        'complete',
        id,
        ...withAnswer(),
        '--encryption',
        join(folder, file),
        '--yes',
      ]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
      expect(await read(id)).toEqual(before);
    });

    it('refuses to seal what Powertools reads too', async () => {
      const { run } = await operatedTable(database, { flags: ['--powertools'] });
      const id = `pay#${'x'.repeat(22)}==`;
      const { code, stderr } = await run(['complete', id, ...withAnswer(), '--encryption', encryptionFile]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('Powertools')]);
    });

    it('compresses as functions do, and refuses what is no JSON or too large', async () => {
      const { run, crashed, read } = await operatedTable(database);
      const { id } = await crashed('o-1');
      const complete = (stdin: string) => run(['complete', id, '--with', '-', '--yes'], { stdin });
      expect(await complete('{"statusCode":')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('is not JSON'),
      });
      const random = Array.from({ length: 800_000 }, () => Math.random().toString(36)[2]).join('');
      expect(await complete(JSON.stringify(random))).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('too large'),
      });
      expect((await run(['complete', id, '--with', join(folder, 'missing.json')])).code).toBe(2);
      expect((await read(id))?.status).toBe('IN_PROGRESS');
      expect((await complete(JSON.stringify('x'.repeat(100_000)))).code).toBe(0);
      expect((await read(id))?.result?.encoding).toBe('zstd');
    });
  });

  describe('forget', () => {
    it('deletes a record, and warns of what was done', async () => {
      const { run, done, read } = await operatedTable(database);
      const { id } = await done('o-1');
      const dry = await run(['forget', id]);
      expect(dry.stdout).toContain('Its effect happens twice');
      const { code, stdout } = await run(['forget', id, '--yes']);
      expect([code, stdout]).toEqual([0, expect.stringContaining('runs, as attempt 1')]);
      expect(await read(id)).toBeUndefined();
    });
  });

  describe('a write whose answer is lost', () => {
    it.each(['release', 'complete', 'forget', 'replace'] as const)('G222: %s is told as done, once', async (kind) => {
      const { run, crashed, unavailable, read } = await operatedTable(database);
      const proxy = await startFaultProxy(database.endpoint);
      const { id } = kind === 'replace' ? await unavailable('o-1') : await crashed('o-1');
      const verb = kind === 'forget' ? 'DeleteItem' : 'UpdateItem';
      proxy.plan(verb, ['lose-answer']);
      const command = kind === 'complete' || kind === 'replace' ? ['complete', id, ...withAnswer()] : [kind, id];
      const { code, stderr } = await run([...command, '--yes'], { endpoint: proxy.endpoint });
      expect([code, auditOf(stderr)]).toMatchObject([0, [{ outcome: 'done' }]]);
      expect(proxy.requests(verb)).toBe(2);
      const status = { release: 'RELEASED', complete: 'COMPLETED', replace: 'COMPLETED', forget: undefined }[kind];
      expect((await read(id))?.status).toBe(status);
    });
  });
});

describe('the audit line', () => {
  it('G223: tells who did what to which record, and is appended to a file; nothing in it is private', async () => {
    const { run, crashed } = await operatedTable(openDatabase(anyEngine()));
    const path = join(folder, 'audit.jsonl');
    const [one, two] = [await crashed('secret-key-1'), await crashed('secret-key-2')];
    await run(['release', one.id, '--yes', '--reason', 'INC-1', '--audit-file', path]);
    await run(['complete', two.id, ...withAnswer(), '--yes', '--audit-file', path]);
    const text = await readFile(path, 'utf8');
    expect(text).not.toMatch(/secret-key|payload-of-alice/);
    expect(auditOf(text)).toEqual([
      expect.objectContaining({
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        by: expect.stringContaining('@'),
        command: 'release',
        id: one.id,
        reason: 'INC-1',
        before: { state: 'crashed', attempt: 1, owner: one.owner },
        after: { state: 'released', attempt: 1, owner: null },
        outcome: 'done',
      }),
      expect.objectContaining({ command: 'complete', id: two.id, answer: expect.stringMatching(/^[\w-]{43}$/) }),
    ]);
  });

  it('that can’t be written is told before anything is changed', async () => {
    const { run, crashed, read } = await operatedTable(openDatabase(anyEngine()));
    const { id } = await crashed('o-1');
    const { code, stderr } = await run(['release', id, '--yes', '--audit-file', join(folder, 'no/such/folder')]);
    expect([code, stderr, (await read(id))?.status]).toEqual([
      2,
      expect.stringContaining('nothing was changed'),
      'IN_PROGRESS',
    ]);
  });

  it('G222: says so when nobody can tell whether the write was applied', async () => {
    const database = openDatabase(anyEngine());
    const { run, crashed } = await operatedTable(database);
    const proxy = await startFaultProxy(database.endpoint);
    const { id } = await crashed('o-1');
    proxy.plan('UpdateItem', [], 'lose-answer');
    const { code, stderr } = await run(['complete', id, ...withAnswer(), '--yes'], { endpoint: proxy.endpoint });
    expect([code, auditOf(stderr)]).toMatchObject([5, [{ outcome: 'unknown' }]]);
    expect(stderr).toContain(`It may have been done after all. To check: npx middy-idempotency show '${id}'`);
  });
});

it('a write that DynamoDB refuses is told as failed, not as unknown', async () => {
  const database = openDatabase(anyEngine());
  const { run, crashed } = await operatedTable(database);
  const proxy = await startFaultProxy(database.endpoint);
  const { id } = await crashed('o-1');
  proxy.plan('UpdateItem', [], { status: 400, error: 'AccessDeniedException', message: 'not allowed.' });
  const { code, stderr } = await run(['release', id, '--yes'], { endpoint: proxy.endpoint });
  expect([code, auditOf(stderr)]).toMatchObject([5, [{ outcome: 'failed' }]]);
  expect(stderr).toContain('`release` needs dynamodb:DescribeTable');
  expect(stderr).not.toContain('It may have been done');
});

describe('Ctrl-C', () => {
  it('G222: in the middle of a write lets it end, with its audit line', async () => {
    const database = openDatabase(anyEngine());
    const { run, crashed, read } = await operatedTable(database);
    const proxy = await startFaultProxy(database.endpoint);
    const { id } = await crashed('o-1');
    let interrupt = () => {};
    proxy.plan('UpdateItem', [
      async () => {
        interrupt();
        return { delayMs: 50 };
      },
    ]);
    const { code, stderr } = await run(['release', id, '--yes'], {
      endpoint: proxy.endpoint,
      onStart: (press) => {
        interrupt = press;
      },
    });
    expect([code, auditOf(stderr)]).toMatchObject([0, [{ outcome: 'done' }]]);
    expect((await read(id))?.status).toBe('RELEASED');
  });

  it('before the write leaves everything as it was', async () => {
    const database = openDatabase(anyEngine());
    const { run, crashed, read } = await operatedTable(database);
    const proxy = await startFaultProxy(database.endpoint);
    const { id } = await crashed('o-1');
    let interrupt = () => {};
    proxy.plan('GetItem', [
      async () => {
        interrupt();
        return 'hang';
      },
    ]);
    const { code } = await run(['release', id, '--yes'], {
      endpoint: proxy.endpoint,
      onStart: (press) => {
        interrupt = press;
      },
    });
    expect([code, (await read(id))?.status, proxy.requests('UpdateItem')]).toEqual([130, 'IN_PROGRESS', 0]);
  });

  it('in the middle of a scan shows what was found until then', async () => {
    const database = openDatabase(anyEngine());
    const { run, done } = await operatedTable(database);
    const proxy = await startFaultProxy(database.endpoint);
    for (const key of ['a', 'b', 'c', 'd']) await done(key);
    let interrupt = () => {};
    proxy.plan('Scan', [
      'pass',
      async () => {
        await setTimeout(200);
        interrupt();
        return 'hang';
      },
    ]);
    const { code, json, stderr } = await run(['find', '--namespace', 'pay', '--segments', '2', '--json'], {
      endpoint: proxy.endpoint,
      onStart: (press) => {
        interrupt = press;
      },
    });
    expect([code, json.interrupted]).toEqual([130, true]);
    expect(stderr).toContain(`${json.records.length} found, of ${json.scanned.items} items`);
  });
});
