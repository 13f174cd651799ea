import { Decoder, GlideClient } from '@valkey/valkey-glide';
import { createClient, createClientPool, RESP_TYPES } from 'redis';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RedisClient, type RedisStoreOptions, redisStore } from '../../functions/idempotency/entries/redis.ts';
import { storeContract } from '../../functions/idempotency/entries/testing.ts';
import { startRedis } from '../../infra/local/redis-server.ts';
import { eventually, keyedEvent } from '../faults/harness.ts';
import { clientNames, clientOfBlock, clients, describeRedis, type OpenClient, sharedPort } from '../support/redis.ts';
import { aclRule } from './acl-rule.ts';
import { behindProxy, keyedOn, loadScripts } from './harness.ts';

const nowMs = Date.now();
const nowSeconds = Math.floor(nowMs / 1000);
const claimOf = (id: string) => ({
  ...{ id, owner: 'o', fingerprint: 'f', keyHash: 'h', nowMs, leaseExpiresAtMs: nowMs + 60_000 },
  ...{ expiresAtSeconds: nowSeconds + 3600, from: 'absent' as const, takeOver: true },
});
const tokenOf = (id: string) => ({ id, keyHash: 'h', nowMs, expiresAtSeconds: nowSeconds + 3600 });

describe('redisStore', () => {
  const client = { customCommand: async () => undefined };

  it.each<[string, RedisStoreOptions | Record<string, unknown>, RegExp]>([
    [
      'no client',
      {},
      /no client is given\. Pass `client`, a client of redis, ioredis, iovalkey or @valkey\/valkey-glide/,
    ],
    ['what is none', { client: {} }, /option `client` must be a client of redis, ioredis, iovalkey/],
    ['an option that it doesn’t know', { client, ttl: 1 }, /unknown option `ttl`/],
    ['no time', { client, timeoutMs: 0 }, /option `timeoutMs` must be a whole number from 1/],
    ['half a wait', { client, waitForReplicas: { count: 1 } }, /option `waitForReplicas` must be an object of `count`/],
  ])('refuses %s when it is loaded', (_what, options, message) => {
    expect(() => redisStore(options as RedisStoreOptions)).toThrow(message);
  });
});

describeRedis('redisStore', () => {
  const client = clientOfBlock(() => clients.ioredis(sharedPort()));
  const ask = async (...command: string[]): Promise<unknown> => {
    const direct = createClient({ socket: { port: sharedPort() } });
    await direct.connect();
    return direct.sendCommand(command).finally(() => direct.destroy());
  };

  it('G287: a record is one key, which the server deletes some time after it has expired, and a lasting claim never', async () => {
    const store = redisStore({ client: client(), keyPrefix: 'app:' });
    const [id, lasting] = [crypto.randomUUID(), crypto.randomUUID()];
    await store.claim(claimOf(id));
    const left = Number(await ask('TTL', `app:${id}`));
    expect(left).toBeGreaterThan(3600 + 500);
    expect(left).toBeLessThanOrEqual(3600 + 600);
    await store.claim({ ...claimOf(lasting), expiresAtSeconds: undefined });
    expect(Number(await ask('TTL', `app:${lasting}`))).toBe(-1);
    const keys = await ask('KEYS', `app:${id}*`);
    expect(keys).toEqual([`app:${id}`]);
  });

  it('G287: what is left of a used token is who used it, for ten minutes', async () => {
    const store = redisStore({ client: client(), keyPrefix: 'app:' });
    const id = crypto.randomUUID();
    await store.issue(tokenOf(id));
    await store.consume({ id, owner: 'o', nowMs });
    expect(await ask('HGETALL', `app:${id}`)).toEqual({ status: 'CONSUMED', owner: 'o' });
    expect(Number(await ask('TTL', `app:${id}`))).toBeGreaterThan(590);
    expect(await store.issue(tokenOf(id))).toBe('doubtful');
  });
});

describeRedis('redisStore, by a client that', () => {
  const bytes = { [RESP_TYPES.BLOB_STRING]: Buffer };
  const answering: Record<string, (port: number) => Promise<OpenClient>> = {
    'answers bytes (node-redis)': async (port) => {
      const client = createClient({ socket: { port } }).withTypeMapping(bytes);
      await client.connect();
      return { client: client as unknown as RedisClient, close: () => client.destroy() };
    },
    'answers bytes (Valkey GLIDE)': async (port) => {
      const addresses = [{ host: '127.0.0.1', port }];
      const client = await GlideClient.createClient({ addresses, defaultDecoder: Decoder.Bytes });
      return { client, close: () => client.close() };
    },
    'is a pool of connections (node-redis)': async (port) => {
      const client = createClientPool({ socket: { port } });
      await client.connect();
      return { client: client as unknown as RedisClient, close: () => client.destroy() };
    },
  };

  describe.each(Object.entries(answering))('G285: %s,', (_what, open) => {
    const client = clientOfBlock(() => open(sharedPort()));
    it.each(storeContract(() => redisStore({ client: client() })))('$name', ({ run }) => run());
  });

  it('G285: makes something else of an answer: neither a claim nor a refusal, and a token may have been used up', async () => {
    const { client, close } = await clients.ioredis(sharedPort());
    const odd = Object.assign(Object.create(client as object), { evalsha: async () => new Set(['refused']) });
    const store = redisStore({ client: odd });
    const id = crypto.randomUUID();
    const cure = { name: 'StoreError', retryable: true, message: expect.stringContaining('leaves texts and arrays') };
    await expect(store.claim(claimOf(id))).rejects.toMatchObject(cure);
    await expect(store.read({ id, nowMs, consistent: true })).rejects.toMatchObject(cure);
    expect(await store.consume({ id, owner: 'o', nowMs })).toBe('unknown');
    close();
  });

  it('G285: was never connected is told to', async () => {
    const store = redisStore({ client: createClient({ socket: { port: sharedPort() } }) as RedisClient });
    await expect(store.claim(claimOf('none'))).rejects.toThrow('Call `connect()` of the client, outside the handler.');
  });
});

describeRedis('redisStore, for a user who may not do all that its scripts do', () => {
  it.each(clientNames)(
    'G285: by %s, a claim that was stopped in its middle is told with its cure, and can be given back',
    async (name) => {
      const server = await startRedis();
      const admin = createClient({ socket: { port: server.port } });
      await admin.connect();
      const may = (rule: string) =>
        admin.sendCommand(['ACL', 'SETUSER', 'default', 'reset', 'on', 'nopass', ...rule.split(' ')]);
      const { client, close } = await clients[name](server.port);
      const store = redisStore({ client });
      await may(`${aclRule.replace(' +persist', '')} +acl +ping +client`);
      const { call, runs } = keyedOn(store, { afterCrash: 'reject' });
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 503 });
      await may(`${aclRule} +acl`);
      expect(await call(keyedEvent())).toMatchObject({ statusCode: 201 });
      expect(runs()).toBe(1);
      await close();
      admin.destroy();
      await server.kill();
    },
  );
});

describeRedis('redisStore, looking at its server', () => {
  afterEach(() => vi.restoreAllMocks());

  const warningsOn = async (
    options: string[],
    name: (typeof clientNames)[number],
    setUp?: (port: number) => Promise<unknown>,
  ) => {
    const server = await startRedis(options);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    try {
      await setUp?.(server.port);
      const { client, close } = await clients[name](server.port);
      for (const id of ['a', 'b']) await redisStore({ client }).claim(claimOf(id));
      await redisStore({ client }).read({ id: 'a', nowMs, consistent: true });
      await vi.waitFor(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await close();
      return warn.mock.calls.map(([text]) => JSON.parse(text));
    } finally {
      await server.kill();
    }
  };

  it.each(clientNames)('G288: warns once, by %s, that it evicts', async (name) => {
    const warnings = await warningsOn(['--maxmemory', '100mb', '--maxmemory-policy', 'volatile-lru'], name);
    expect(warnings).toEqual([
      { level: 'WARN', message: expect.stringContaining('Set maxmemory-policy to noeviction'), policy: 'volatile-lru' },
    ]);
  });

  it('G288: says nothing where nothing is evicted, or the user may not look', async () => {
    expect(await warningsOn(['--maxmemory', '100mb'], 'ioredis')).toEqual([]);
    const evicting = ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'];
    const restrict = async (port: number) => {
      const admin = createClient({ socket: { port } });
      await admin.connect();
      await admin.sendCommand(['ACL', 'SETUSER', 'default', 'resetkeys', ...aclRule.split(' ')]);
      admin.destroy();
    };
    expect(await warningsOn(evicting, 'node-redis', restrict)).toEqual([]);
  });

  it('a user who may do no more than docs/redis.md says keeps the contract', async () => {
    const server = await startRedis();
    const admin = createClient({ socket: { port: server.port } });
    await admin.connect();
    await admin.sendCommand(['ACL', 'SETUSER', 'app', 'on', '>secret', ...aclRule.split(' ')]);
    admin.destroy();
    const client = createClient({ socket: { port: server.port }, username: 'app', password: 'secret' });
    client.on('error', () => undefined);
    await client.connect();
    for (const { run } of storeContract(() => redisStore({ client: client as RedisClient }))) await run();
    client.destroy();
    await server.kill();
  });
});

describeRedis('the cost of each path', () => {
  beforeAll(loadScripts);

  it('G289: two round trips the first time, one for a repeat, one for a refusal, two for a failure; a token one each', async () => {
    const { proxy, keyed, consuming, tokenEvent } = await behindProxy('ioredis');
    const cost = async (call: () => Promise<unknown>) => {
      proxy.plan([]);
      await call().catch(() => undefined);
      return proxy.calls();
    };
    const { call } = keyed();
    expect(await cost(() => call(keyedEvent('k-1')))).toBe(2);
    expect(await cost(() => call(keyedEvent('k-1')))).toBe(1);
    expect(await cost(() => keyed(() => Promise.reject(new Error('declined'))).call(keyedEvent('k-2')))).toBe(2);
    let token: unknown;
    expect(
      await cost(async () => {
        token = await tokenEvent();
      }),
    ).toBe(1);
    const consumer = consuming();
    expect(await cost(() => consumer.call(token))).toBe(1);
    expect(await cost(() => consumer.call(token))).toBe(1);
    const waiting = Promise.withResolvers<void>();
    const running = keyed(() => waiting.promise).call(keyedEvent('k-3'));
    await eventually(async () => expect((await call(keyedEvent('k-3'))).statusCode).toBe(409));
    expect(await cost(() => call(keyedEvent('k-3')))).toBe(1);
    waiting.resolve();
    await running;
  });
});
