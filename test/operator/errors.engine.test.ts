import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { actions } from '../../infra/operator/actions.ts';
import { onEachEngine } from '../support/dynamodb.ts';
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { runLine } from '../support/operator.ts';
import { operatedTable } from './records.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const refusedWith = (error: string, message = error): Fault => ({ status: 400, error, message });
const list = ['list', '--crashed'];

onEachEngine((database) => {
  describe('what goes wrong at night is told in a sentence, with its cure', () => {
    it('no such table: names it, and where it was looked for', async () => {
      const flags = ['--table', 'missing', '--region', 'eu-central-1', '--endpoint', database.endpoint];
      const { code, stderr } = await runLine([...list, ...flags]);
      expect([code, stderr]).toEqual([5, expect.stringContaining('There is no table missing in')]);
      expect(stderr).toMatch(/Check --table .*--region .*--profile/);
    });

    it.each([
      ['AccessDeniedException', 'Access denied: it. `list` needs dynamodb:DescribeTable, dynamodb:Scan'],
      ['UnrecognizedClientException', 'refuses these credentials'],
      ['ExpiredTokenException', 'aws sso login'],
      ['InvalidSignatureException', 'clock'],
    ])('%s', async (error, text) => {
      const { run } = await operatedTable(database);
      const proxy = await startFaultProxy(database.endpoint);
      proxy.plan('Scan', [], refusedWith(error, 'it.'));
      const { code, stderr } = await run(list, { endpoint: proxy.endpoint });
      expect([code, stderr]).toEqual([5, expect.stringContaining(text)]);
      expect(stderr).not.toContain('    at ');
    });

    it('throttled once it waits, throttled for good it says how to go slower', async () => {
      const { run, crashed } = await operatedTable(database);
      const { id } = await crashed('o-1');
      const proxy = await startFaultProxy(database.endpoint);
      proxy.plan('Scan', [refusedWith('ProvisionedThroughputExceededException')]);
      expect((await run(list, { endpoint: proxy.endpoint })).stdout).toContain(id);
      proxy.plan('Scan', [], refusedWith('ThrottlingException'));
      const { code, stderr } = await run(list, { endpoint: proxy.endpoint });
      expect([code, stderr]).toEqual([5, expect.stringContaining('--rate')]);
    });

    it('a key of another form: names the options that tell it', async () => {
      const { run } = await operatedTable(database);
      const proxy = await startFaultProxy(database.endpoint);
      proxy.plan(
        'GetItem',
        [],
        refusedWith('ValidationException', 'The provided key element does not match the schema'),
      );
      const { code, stderr } = await run(['show', 'pay#1'], { endpoint: proxy.endpoint });
      expect([code, stderr]).toEqual([5, expect.stringContaining('Check --key-prefix, --attribute')]);
    });
  });
});

describe('what needs no table', () => {
  const at = ['--table', 'records', '--region', 'eu-central-1', '--endpoint', 'http://127.0.0.1:9'];

  it('nobody answers', async () => {
    const { code, stderr } = await runLine([...list, ...at]);
    expect([code, stderr]).toEqual([
      5,
      expect.stringContaining('Nothing answers at http://127.0.0.1:9. Check --endpoint'),
    ]);
  });

  it('no credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_PROFILE', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    const { code, stderr } = await runLine([...list, ...at]);
    expect([code, stderr]).toEqual([5, expect.stringContaining('There are no AWS credentials. Log in')]);
  });

  it('no Region, and one with a typing error', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    const missing = await runLine([...list, '--table', 'records']);
    expect([missing.code, missing.stderr]).toEqual([5, expect.stringContaining('No Region is known. Pass --region')]);
    const wrong = await runLine([
      ...list,
      '--table',
      'records',
      '--region',
      'eu-centrul-1',
      '--endpoint',
      'http://dynamodb.eu-centrul-1.invalid',
    ]);
    expect([wrong.code, wrong.stderr]).toEqual([5, expect.stringMatching(/Check --region|network/)]);
  });

  it('no local run', async () => {
    const { code, stderr } = await runLine([...list, '--local-url', 'http://127.0.0.1:9']);
    expect([code, stderr]).toEqual([
      5,
      expect.stringContaining('No local run answers at http://127.0.0.1:9. Start it with `npm start`'),
    ]);
  });

  it('no table, a missing argument, an unknown option, a wrong value: the command line', async () => {
    for (const [args, text] of [
      [list, 'No table name is set. Pass --table NAME'],
      [['list', ...at], 'Pass what to list'],
      [['find', ...at], 'Pass what to find'],
      [['show', ...at], "missing required argument 'id'"],
      [['complete', 'pay#1', ...at], "required option '--with <file>'"],
      [['list', '--crashd', ...at], 'Did you mean --crashed?'],
      [['lst'], 'Did you mean list?'],
      [[...list, ...at, '--rate', '0'], 'must be a number above 0'],
      [[...list, ...at, '--attribute', 'stat=x'], 'ATTRIBUTE is one of status, owner'],
      [['guards', '--unique', 'a', ...at], 'Pass --check or --mend'],
    ] as const) {
      const { code, stderr } = await runLine(args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(text)]);
    }
  });

  it('an error is a JSON document too, where JSON is asked for', async () => {
    const { code, json } = await runLine([...list, ...at, '--json']);
    expect([code, json]).toEqual([
      5,
      { error: { exit: 'unreachable', message: expect.stringContaining('Nothing answers') } },
    ]);
  });
});

describe('the clock', () => {
  /** An engine whose answers are of a time an hour ago. */
  const lateEngine = async (engine: string) => {
    const server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      const answer = await fetch(engine, { method: 'POST', headers: request.headers as Record<string, string>, body });
      response.writeHead(answer.status, {
        'content-type': 'application/x-amz-json-1.0',
        date: new Date(Date.now() - 3_600_000).toUTCString(),
      });
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as { port: number };
    return { endpoint: `http://127.0.0.1:${port}`, close: () => server.close() };
  };

  onEachEngine((database) => {
    it('G225: of this machine, an hour ahead, ends nobody’s lease', async () => {
      const { run, crashed } = await operatedTable(database);
      const { id } = await crashed('o-1');
      const late = await lateEngine(database.endpoint);
      const { code, stderr } = await run(['release', id, '--yes'], { endpoint: late.endpoint });
      late.close();
      expect([code, stderr]).toEqual([4, expect.stringMatching(/clock is 1 h ahead[\s\S]*may still be running/)]);
    });
  });
});

describe('permissions', () => {
  const used = new Map<string, Set<string>>();

  beforeAll(() => used.clear());
  afterAll(() => used.clear());

  onEachEngine((database) => {
    it('are those that the commands name, no more', async () => {
      const table = await operatedTable(database);
      const [one, two, three] = [await table.crashed('1'), await table.crashed('2'), await table.crashed('3')];
      const verbs = ['DescribeTable', 'Scan', 'GetItem', 'UpdateItem', 'DeleteItem', 'PutItem'] as const;
      for (const [command, ...args] of [
        ['find', '--key', '1'],
        ['show', one.id],
        ['list', '--crashed'],
        ['stats'],
        ['release', one.id, '--yes'],
        ['complete', two.id, '--with', '-', '--yes'],
        ['forget', three.id, '--yes'],
      ] as const) {
        const proxy = await startFaultProxy(database.endpoint);
        const { code } = await table.run([command, ...args], { endpoint: proxy.endpoint, stdin: '1' });
        const sent = verbs.filter((verb) => proxy.requests(verb) > 0);
        expect([command, code]).toEqual([command, 0]);
        // A record that Powertools shares is released by deleting it.
        const named = actions[command].filter((action) => command !== 'release' || action !== 'DeleteItem');
        expect([command, sent.sort()]).toEqual([command, [...named].sort()]);
      }
    });
  });
});
