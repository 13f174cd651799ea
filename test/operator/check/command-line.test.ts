import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../../infra/local/listen.ts';
import { runLine } from '../../support/operator.ts';
import { type ReferenceOptions, type ReferenceServer, startReferenceServer } from './reference-server.ts';

let folder: string;
let server: ReferenceServer | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

afterAll(() => rm(folder, { recursive: true }));

const file = async (name: string, content: unknown): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const order = { item: 'book', amount: 42 };

/** Runs the command against a server of its own, with a body. */
const check = async (options: ReferenceOptions, ...args: string[]) => {
  server = await startReferenceServer(options);
  return runLine(['check', `${server.url}/orders`, '--body', await file('order.json', order), ...args]);
};

interface Rule {
  id: string;
  result: string;
  reason?: string;
}

const reasons = (rules: readonly Rule[]): Record<string, string | undefined> =>
  Object.fromEntries(rules.filter(({ result }) => result === 'not tried').map(({ id, reason }) => [id, reason]));

describe('G271: what can’t be judged', () => {
  it('is told as not tried, with the option that it lacks', async () => {
    const { code, json } = await check({}, '--json');
    expect(reasons(json.rules)).toMatchObject({
      'repeat-one-effect': 'give --effects-url or --effects-command',
      'failure-repeatable': 'give --fail-header, --fail-body or --fail-command',
      'caller-private': 'give --other-header, with the credentials of another caller',
      'window-ends': expect.stringContaining('give --window'),
      'cors-refusals': expect.stringContaining('give --origin'),
    });
    expect(code).toBe(0);
  });

  it('by answers that are all alike, is not tried, unless effects are counted', async () => {
    const constantAnswer = '{"ok":true}';
    const blind = await check({ constantAnswer }, '--json');
    const alike = expect.stringContaining('two operations have the same answer');
    expect(reasons(blind.json.rules)).toMatchObject({
      'key-distinct': alike,
      'repeat-same-answer': alike,
      'concurrent-one-run': alike,
      'running-kept': alike,
    });
    await server?.close();
    const effects = (url: string) => ['--effects-url', `${url}/effects`, '--effects-path', 'orders.count'];
    server = await startReferenceServer({ constantAnswer, latencyMs: 100 });
    const path = join(folder, 'order.json');
    const seeing = await runLine(['check', `${server.url}/orders`, '--body', path, '--json', ...effects(server.url)]);
    for (const id of ['key-distinct', 'repeat-one-effect', 'concurrent-one-effect', 'running-kept']) {
      expect(seeing.json.rules).toContainEqual(expect.objectContaining({ id, result: 'passed' }));
    }
  });

  it('for want of requests, is not tried; never are more sent', async () => {
    let requests = 0;
    const counting = createServer((_request, response) => {
      requests += 1;
      response.writeHead(201).end(String(requests));
    });
    const port = await listenOnLoopback(counting, 0);
    try {
      const { json } = await runLine(['check', `http://127.0.0.1:${port}`, '--json', '--max-requests', '7']);
      expect([requests, json.requests]).toEqual([7, 7]);
      expect(reasons(json.rules)).toMatchObject({ 'concurrent-one-run': 'give --max-requests more than 7' });
    } finally {
      counting.close();
    }
  });
});

describe('a report', () => {
  it('is a table, and the request and answer that broke a rule', async () => {
    const { code, stdout, stderr } = await check({ fault: 'payload-status' });
    expect(code).toBe(6);
    expect(stdout).toMatch(/^payload-status +should +failed +draft 07, 2\.7 +Another payload is refused with 409$/m);
    expect(stdout).toMatch(/^key-required +should +passed +draft 07, 2\.7$/m);
    const details = stdout.slice(stdout.indexOf('Another payload is refused with 422.'));
    expect(details).toMatch(/> POST http:.*\/orders\n> content-type: application\/json\n> idempotency-key: "check-/);
    expect(details).toContain('> {"item":"book","amount":43}\n< 409 Conflict\n');
    expect(stderr).toMatch(/\d+ passed, 1 failed, \d+ not tried, with \d+ requests\./);
  });

  it('is JUnit XML in a file too, in which nothing breaks out', async () => {
    const path = join(folder, 'report.xml');
    const { code } = await check({ fault: 'key-required', constantAnswer: ']]>"<&\u0001' }, '--junit', path);
    expect(code).toBe(6);
    const xml = await readFile(path, 'utf8');
    expect(xml).toMatch(/<testsuite name="[^"]+" tests="37" failures="1" errors="0" skipped="\d+">/);
    expect(xml).toContain('<failure type="should" message="A request without a key is answered with 201, not 400');
    expect(xml).toContain('&lt; ]]&gt;&quot;&lt;&amp;</failure>');
    expect(xml.match(/<testcase /g)).toHaveLength(37);
    expect(xml.match(/<skipped /g)?.length).toBeGreaterThan(5);
  });

  it('ends by what --level counts', async () => {
    expect((await check({ fault: 'replay-marked' })).code).toBe(0);
    await server?.close();
    expect((await check({ fault: 'replay-marked' }, '--level', 'practice')).code).toBe(6);
    await server?.close();
    expect((await check({ fault: 'payload-status' }, '--level', 'must')).code).toBe(0);
  });

  it('G272: shows no header that was given, nor a cookie', async () => {
    const secret = 'a-secret-of-the-caller';
    const given = ['--header', `Authorization: ${secret}`, '--other-header', `X-Api-Key: ${secret}`];
    const path = join(folder, 'secret.xml');
    for (const more of [['--junit', path], ['--json']]) {
      const { stdout, stderr } = await check({ fault: 'replay-no-cookie' }, ...given, ...more);
      expect(stdout).toContain('authorization: (as given)');
      expect(stdout).toContain('set-cookie: (a cookie)');
      expect(stdout + stderr + (await readFile(path, 'utf8'))).not.toMatch(new RegExp(`${secret}|session=`));
      await server?.close();
    }
  });
});

describe('a configuration file', () => {
  it('says what the command line says, which goes before it', async () => {
    server = await startReferenceServer();
    const config = await file('config.json', {
      url: `${server.url}/orders`,
      header: { Authorization: 'ann' },
      otherHeader: { Authorization: 'bob' },
      body: order,
      effectsUrl: `${server.url}/nowhere`,
      maxRequests: 200,
      concurrency: 3,
      keyOptional: true,
    });
    const args = ['--config', config, '--effects-url', `${server.url}/effects`, '--effects-path', 'orders.count'];
    const { code, json } = await runLine(['check', '--json', ...args]);
    expect(code).toBe(0);
    expect(json.rules).toContainEqual(expect.objectContaining({ id: 'caller-private', result: 'passed' }));
    expect(json.rules).toContainEqual(expect.objectContaining({ id: 'repeat-one-effect', result: 'passed' }));
    expect(reasons(json.rules)).toMatchObject({ 'key-required': '--key-optional says that none is needed' });
  });

  it.each([
    [{ bodys: order }, 'unknown option `bodys`. Known options: url, method, header, body,'],
    [{ header: ['a: b'] }, 'option `header` must be an object of strings.'],
    [{ maxRequests: '7' }, 'option `maxRequests` must be a number above 0.'],
    [{ level: 'shall' }, 'option `level` must be must, should, practice.'],
    ['{', 'it is not JSON'],
    ['[]', 'it is not a JSON object.'],
  ])('that has %j is refused, with what it may have', async (content, message) => {
    const { code, stderr } = await runLine(['check', '--config', await file('wrong.json', content)]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('a command line', () => {
  it.each([
    [[], 'Pass what to check: the URL of an endpoint'],
    [['localhost:3000'], 'The URL must be an http or https URL, not "localhost:3000".'],
    [['http://127.0.0.1:9', '--header', 'secret'], '--header must be "Name: value"'],
    [['http://127.0.0.1:9', '--header', 'idempotency-key: k'], 'the keys are made by the check itself'],
    [['http://127.0.0.1:9', '--body', 'nowhere.json'], "--body nowhere.json can't be read"],
    [['http://127.0.0.1:9', '--mend-command', 'true'], '--mend-command needs --fail-command.'],
    [['http://127.0.0.1:9', '--effects-path', 'a'], '--effects-path needs --effects-url.'],
    [['http://127.0.0.1:9', '--max-requests', '0'], 'It must be a number above 0.'],
  ])('that is %j is refused, with the cure', async (args, message) => {
    const { code, stderr } = await runLine(['check', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('to where nobody answers ends as unreachable', async () => {
    const { code, stderr } = await runLine(['check', 'http://127.0.0.1:9']);
    expect([code, stderr]).toEqual([5, expect.stringContaining('Nothing answers at http://127.0.0.1:9')]);
  });

  it('whose request is not done ends with what was answered, for nothing can be said of repeats', async () => {
    const { code, stderr } = await check({}, '--header', 'X-Fail: 1');
    expect([code, stderr]).toEqual([2, expect.stringContaining('< 500 Internal Server Error')]);
  });

  it('ends with Ctrl-C at once, also while it waits for the time of a key to be over', async () => {
    server = await startReferenceServer();
    const args = ['check', `${server.url}/orders`, '--body', await file('order.json', order), '--window', '3600'];
    const { code } = await runLine(args, { onStart: (interrupt) => void setTimeout(interrupt, 1500) });
    expect(code).toBe(130);
  });

  it('whose effects can’t be counted ends with where they were looked for', async () => {
    server = await startReferenceServer();
    const { code, stderr } = await check({}, '--effects-url', `${server.url}/effects`);
    expect([code, stderr]).toEqual([2, expect.stringContaining('tells no number of effects, and no list')]);
  });

  it('counts effects, and makes the target fail, by commands', async () => {
    const marker = join(folder, 'failing');
    const failing = createServer(async (_request, response) => {
      const isDown = await readFile(marker, 'utf8').catch(() => '');
      response.writeHead(isDown ? 503 : 201).end(crypto.randomUUID());
    });
    const port = await listenOnLoopback(failing, 0);
    try {
      const commands = ['--fail-command', `echo down > ${marker}`, '--mend-command', `rm ${marker}`];
      const args = [...commands, '--effects-command', 'echo 0', '--json'];
      const { json } = await runLine(['check', `http://127.0.0.1:${port}`, ...args]);
      expect(json.rules).toContainEqual(expect.objectContaining({ id: 'failure-repeatable', result: 'passed' }));
      expect(json.rules).toContainEqual(expect.objectContaining({ id: 'failure-remembered', result: 'failed' }));
      expect(json.rules).toContainEqual(
        expect.objectContaining({ id: 'repeat-one-effect', result: 'failed', why: 'There were 0 effects' }),
      );
    } finally {
      failing.close();
    }
  });
});
