import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listenOnLoopback } from '../../infra/local/listen.ts';
import { createConsumer, packTarball, root } from '../support/consumer.ts';

/** The runtime of Cloudflare's Workers: no Node, no browser. */
const workerd = '1.20261117.1';

/** Pays in the Worker itself or in a Durable Object, as the path says, until it has an answer, or as the signal says. */
const worker = `
  import { idempotentFetch, mapKeys, tokenFetch } from 'middy-idempotency/client';
  import { storageKeys } from '${join(root, 'docs/examples/client-durable-object.ts')}';

  const memory = mapKeys(new Map());
  const payment = { method: 'POST', body: '{"amount":1}', headers: { authorization: 'me' } };

  const answer = async (request, keys) => {
    const { pathname, searchParams } = new URL(request.url);
    const api = searchParams.get('api');
    const events = [];
    const onEvent = ({ type }) => events.push(type);
    const calls = {
      '/map': () => idempotentFetch({ keys, onEvent })(api + '/payments', { ...payment, intention: 'pay order 1' }),
      '/object': () => idempotentFetch({ keys, onEvent })(api + '/payments', { ...payment, intention: 'pay order 1' }),
      '/key': () => idempotentFetch({ onEvent })(api + '/payments', { ...payment, key: 'derived' }),
      '/token': () => tokenFetch({ tokenUrl: api + '/token', payUrl: api + '/payments', keys, onEvent })({ ...payment, intention: 'x' }),
      '/aborted': () => idempotentFetch({ keys, onEvent })(api + '/hanging', { ...payment, intention: 'y', signal: AbortSignal.timeout(200) }),
    };
    try {
      const response = await calls[pathname]();
      return Response.json({ status: response.status, events });
    } catch (error) {
      return Response.json({ error: error.name, events });
    }
  };

  export class Payer {
    constructor(state) {
      this.keys = storageKeys(state.storage);
    }
    fetch(request) {
      return answer(request, this.keys);
    }
  }

  export default {
    fetch(request, { PAYERS }) {
      if (!new URL(request.url).pathname.startsWith('/object')) return answer(request, memory);
      return PAYERS.get(PAYERS.idFromName('one')).fetch(request);
    },
  };`;

const config = `
  using Workerd = import "/workerd/workerd.capnp";
  const config :Workerd.Config = (
    services = [
      (name = "main", worker = .main),
      (name = "outside", network = (allow = ["private"])),
    ],
    sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
  );
  const main :Workerd.Worker = (
    modules = [(name = "worker", esModule = embed "worker.js")],
    compatibilityDate = "2026-01-01",
    globalOutbound = "outside",
    durableObjectNamespaces = [(className = "Payer", uniqueKey = "payers")],
    durableObjectStorage = (inMemory = void),
    bindings = [(name = "PAYERS", durableObjectNamespace = "Payer")],
  );`;

/** An API that cuts the first connection of each key, throttles the second try, and then says that it was paid. */
const startApi = async () => {
  const sent: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/hanging') return;
    if (request.url === '/token') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"token":"t-1"}');
      return;
    }
    const { 'idempotency-key': key, token } = request.headers;
    const name = String(key ?? token);
    sent.push(name);
    const tries = sent.filter((other) => other === name).length;
    if (tries === 1) response.destroy();
    else response.writeHead(tries === 2 ? 429 : 201).end();
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  return { url, sent, server };
};

const supported = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
let folder: string;
let api: Awaited<ReturnType<typeof startApi>>;
let url: string;
let runtime: ReturnType<typeof spawn> | undefined;

beforeEach(({ skip }) => skip(!supported, 'workerd is there for Linux on x64 and arm64'));

beforeAll(async () => {
  if (!supported) return;
  folder = await mkdtemp(join(tmpdir(), 'workerd-'));
  const app = join(folder, 'app');
  const tarball = await packTarball(join(folder, 'release'));
  await createConsumer(app, {
    tarball,
    dependencies: { workerd },
    files: { 'config.capnp': config, 'source.js': worker },
  });
  await build({
    absWorkingDir: app,
    entryPoints: ['source.js'],
    outfile: join(app, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'error',
  });
  api = await startApi();
  const { default: binary } = createRequire(join(app, 'package.json'))('workerd') as { default: string };
  runtime = spawn(binary, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: app,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const ended = once(runtime, 'exit').then(() => Promise.reject(new Error('workerd has ended')));
  ended.catch(() => undefined);
  const told = once(createInterface(runtime.stdio[3] as Readable), 'line');
  const [line] = (await Promise.race([told, ended])) as [string];
  url = `http://127.0.0.1:${JSON.parse(line).port}`;
}, 300_000);

afterAll(async () => {
  if (runtime?.kill()) await once(runtime, 'exit');
  api?.server.closeAllConnections();
  api?.server.close();
  if (folder) await rm(folder, { recursive: true });
});

const call = async (path: string): Promise<unknown> => {
  const query = new URLSearchParams({ api: api.url });
  return (await fetch(`${url}${path}?${query}`)).json();
};

const events = ['sending', 'waiting', 'sending', 'waiting', 'sending', 'answered'];

it.each(['/map', '/object', '/key', '/token'])('G266: pays by one key in a Worker: %s', async (path) => {
  api.sent.length = 0;
  expect(await call(path)).toEqual({ status: 201, events });
  expect(api.sent).toHaveLength(3);
  expect(new Set(api.sent).size).toBe(1);
  expect(api.sent[0]).not.toBe('undefined');
});

it.each(['/map', '/object'])('G266: a second call sends the same key: %s', async (path) => {
  api.sent.length = 0;
  await Promise.all([call(path), call(path)]);
  expect(new Set(api.sent).size).toBe(1);
});

it('G265: ends by its signal in a Worker too', async () => {
  expect(await call('/aborted')).toEqual({ error: 'TimeoutError', events: ['sending'] });
});
