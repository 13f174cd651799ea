import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisStore } from '../../functions/idempotency/entries/redis.ts';
import { recordsIn, secret } from '../operator/records.ts';
import { runLine, type Typed } from '../support/operator.ts';
import { clientOfBlock, clients, clusterClients, describeRedis, sharedPort } from '../support/redis.ts';
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts';

const idsOf = ({ json }: { json: { records: { id: string }[] } }) => json.records.map(({ id }) => id).sort();

describeRedis('the operator tool on Redis', () => {
  const client = clientOfBlock(() => clients.ioredis(sharedPort()));

  /** Records that no other test sees. */
  const operated = () => {
    const keyPrefix = `${crypto.randomUUID()}[*]:`;
    const store = redisStore({ client: client(), keyPrefix });
    const place = ['--redis', `redis://127.0.0.1:${sharedPort()}`, '--key-prefix', keyPrefix];
    const run = (args: string[], typed?: Typed) => runLine([...args, ...place], typed);
    return { store, run, ...recordsIn(store) };
  };

  it('G224: finds the record of a customer’s key, and shows it without the answer, unless asked', async () => {
    const { run, crashed, done } = operated();
    const { id, owner } = await crashed('cust-1');
    const other = await done('cust-2');
    const found = await run(['find', '--key', 'cust-1']);
    expect(found.code).toBe(0);
    for (const part of [id, 'crashed', owner]) expect(found.stdout).toContain(part);
    expect(found.stdout).toMatch(new RegExp(`npx middy-idempotency release '${id}' .*--redis redis://127.0.0.1`));
    expect(found.stderr).toContain('1 found, of 2 keys');
    const shown = await run(['show', other.id, '--json']);
    expect(shown.json).toMatchObject({ state: 'done', attempt: 1, answer: { statusCode: 201 } });
    expect(shown.stdout).not.toContain(secret);
    expect((await run(['show', other.id, '--result'])).stdout).toContain(secret);
    expect((await run(['show', `pay#${'x'.repeat(43)}`])).code).toBe(3);
  });

  it('lists what is in trouble, and counts by state', async () => {
    const { run, running, crashed, done, unavailable } = operated();
    const [stuck, dead, , lost] = [
      await running('a', { agoMs: 300_000 }),
      await crashed('b'),
      await done('c'),
      await unavailable('d'),
    ];
    await running('e', { agoMs: 0 });
    expect(idsOf(await run(['list', '--stuck', '--json']))).toEqual([stuck.id]);
    expect(idsOf(await run(['list', '--crashed', '--json']))).toEqual([dead.id]);
    expect(idsOf(await run(['list', '--unavailable', '--json']))).toEqual([lost.id]);
    expect(idsOf(await run(['find', '--owner', dead.owner, '--json']))).toEqual([dead.id]);
    expect(idsOf(await run(['find', '--request-id', stuck.requestId ?? '', '--json']))).toEqual([stuck.id]);
    const { json } = await run(['stats', '--json']);
    expect(json.namespaces).toMatchObject([{ namespace: 'pay', running: 2, crashed: 1, done: 1, unavailable: 1 }]);
    expect((await run(['list', '--crashed', '--estimate'])).stderr).toMatch(/Scan of redis:.* keys/);
  });

  it('G220: releases, completes, replaces an answer and forgets: after a dry run, and never under a lease', async () => {
    const { run, running, crashed, store } = operated();
    const live = await running('live');
    expect((await run(['release', live.id, '--yes'])).code).toBe(4);
    const dead = await crashed('dead');
    expect((await run(['release', dead.id])).stdout).toContain('dry run');
    expect((await run(['release', dead.id, '--yes'])).stdout).toContain('Done');
    const again = { ...dead, owner: 'next', nowMs: Date.now(), leaseExpiresAtMs: Date.now() - 1 };
    expect(await store.claim(again)).toMatchObject({ claimed: true, attempt: 2, previous: 'crashed' });
    const answer = { stdin: '{"statusCode":201,"body":"{}"}' };
    expect((await run(['complete', dead.id, '--with', '-', '--yes'], answer)).stdout).toContain('Done');
    const other = { stdin: '{"statusCode":200,"body":"other"}' };
    expect((await run(['complete', dead.id, '--with', '-', '--replace', '--yes'], other)).stdout).toContain('Done');
    expect((await run(['show', dead.id, '--result'])).stdout).toContain('other');
    expect((await run(['forget', dead.id, '--yes'])).stdout).toContain('Done');
    expect((await run(['show', dead.id])).code).toBe(3);
  });

  it('G221: a record that goes on between the look and the write is left alone', async () => {
    const { run, crashed, store } = operated();
    const dead = await crashed('dead');
    const takeover = { ...dead, owner: 'newer', nowMs: Date.now(), leaseExpiresAtMs: Date.now() + 60_000 };
    await store.claim(takeover);
    const late = await run(['forget', dead.id, '--owner', dead.owner, '--yes']);
    expect(late.code).toBe(4);
    expect(late.stderr).toContain('of owner newer');
    expect((await run(['show', dead.id, '--json'])).json).toMatchObject({ state: 'running', owner: 'newer' });
  });

  it('says what is wrong with the place, and never a password', async () => {
    const { code, stderr } = await runLine(['stats', '--redis', 'redis://app:hunter2@127.0.0.1:1']);
    expect(code).toBe(2);
    expect(stderr).toContain('REDISCLI_AUTH');
    expect(stderr).not.toContain('hunter2');
    expect((await runLine(['stats', '--redis', 'localhost'])).stderr).toContain('redis://HOST:PORT');
    const down = await runLine(['stats', '--redis', 'redis://127.0.0.1:1']);
    expect(down.code).toBe(5);
    expect(down.stderr).toContain('redis://127.0.0.1:1');
    const both = await runLine(['stats', '--redis', 'redis://127.0.0.1:1', '--region', 'eu-central-1']);
    expect(both.stderr).toContain('leave --region out');
  });

  describe('on a cluster', () => {
    let cluster: RedisCluster;
    beforeAll(async () => {
      cluster = await startCluster();
    });
    afterAll(() => cluster.close());
    const clustered = clientOfBlock(() => clusterClients['node-redis'](cluster.port));

    it('looks at every node, and settles what it finds', async () => {
      const { crashed } = recordsIn(redisStore({ client: clustered() }));
      const ids = await Promise.all(Array.from({ length: 12 }, async (_, key) => (await crashed(`k-${key}`)).id));
      const place = ['--redis', `redis://127.0.0.1:${cluster.port}`];
      expect(idsOf(await runLine(['list', '--crashed', '--json', ...place]))).toEqual(ids.toSorted());
      for (const id of ids) expect((await runLine(['release', id, '--yes', ...place])).code).toBe(0);
      expect((await runLine(['stats', '--json', ...place])).json.namespaces).toMatchObject([{ released: 12 }]);
    });
  });
});
