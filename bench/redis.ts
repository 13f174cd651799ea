import { IdempotencyConfig } from '@aws-lambda-powertools/idempotency';
import { CachePersistenceLayer } from '@aws-lambda-powertools/idempotency/cache';
import { makeHandlerIdempotent } from '@aws-lambda-powertools/idempotency/middleware';
import middy from '@middy/core';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { idempotencyKey } from '../functions/idempotency/entries/main.ts';
import { type RedisClient, redisStore } from '../functions/idempotency/entries/redis.ts';
import { startRedis } from '../infra/local/redis-server.ts';
import { answer, call, type Handler, request } from './call.ts';
import { interleave, type Rounds, type Samples } from './interleave.ts';
import { mapValues } from './statistics.ts';
import type { Protect } from './subjects.ts';

export type RedisSubject = 'ours' | 'oursByIoRedis' | 'peer';

export interface OnRedis {
  limits: Rounds;
  first: Record<RedisSubject, Samples>;
  replay: Record<RedisSubject, Samples>;
  /** How many scripts or commands a call sends. */
  roundTrips: Record<RedisSubject, { first: number; replay: number }>;
  /** How often 20 callers at once ran one operation, on average. */
  runs: Record<RedisSubject, number>;
}

const sameKeys = 50;
const callersOfOne = 20;

/** On a server of its own. */
export const measureRedis = async (limits: Rounds): Promise<OnRedis> => {
  const server = await startRedis();
  try {
    return await measureAt(server.port, limits);
  } finally {
    await server.kill();
  }
};

/** Ours and the peer's on one server. The peer's with the client of its documentation; it compares no payload: told to, its replays throw. */
const measureAt = async (port: number, limits: Rounds): Promise<OnRedis> => {
  const socket = { host: '127.0.0.1', port };
  const nodeRedis = { ours: createClient({ socket }), peer: createClient({ socket }), look: createClient({ socket }) };
  await Promise.all(Object.values(nodeRedis).map((client) => client.connect()));
  const ioRedis = new Redis(socket);
  const ours =
    (client: RedisClient, keyPrefix: string): Protect =>
    (work) =>
      middy(work).use(
        idempotencyKey({ store: redisStore({ client, keyPrefix }), onEvent: () => undefined }),
      ) as Handler;
  const subjects: Record<RedisSubject, Protect> = {
    ours: ours(nodeRedis.ours, 'ours:'),
    oursByIoRedis: ours(ioRedis, 'io:'),
    peer: (work) =>
      middy(work).use(
        makeHandlerIdempotent({
          persistenceStore: new CachePersistenceLayer({ client: nodeRedis.peer }),
          config: new IdempotencyConfig({ eventKeyJmesPath: 'headers."idempotency-key"' }),
        }),
      ) as Handler,
  };
  const keyed = mapValues(subjects, (protect) => protect(async () => answer));

  const commandsOf = async (run: () => Promise<unknown>): Promise<number> => {
    const count = async () =>
      [
        ...(await nodeRedis.look.info('commandstats')).matchAll(/cmdstat_(evalsha|eval|get|set|del):calls=(\d+)/g),
      ].reduce((sum, [, , calls]) => sum + Number(calls), 0);
    const before = await count();
    await run();
    return (await count()) - before;
  };

  const executions = async (protect: Protect): Promise<number> => {
    let runs = 0;
    const handler = protect(async () => {
      runs += 1;
      return answer;
    });
    for (let key = 0; key < sameKeys; key += 1) {
      await Promise.all(
        Array.from({ length: callersOfOne }, () => request(handler, `same-${key}`).catch(() => undefined)),
      );
    }
    return runs / sameKeys;
  };

  try {
    const first = await interleave(
      mapValues(keyed, (handler) => (round: number) => call(handler, `first-${round}`)),
      limits,
    );
    const replay = await interleave(
      mapValues(keyed, (handler) => () => call(handler, 'first-0')),
      limits,
    );
    const roundTrips = {} as OnRedis['roundTrips'];
    const runs = {} as OnRedis['runs'];
    for (const name of Object.keys(keyed) as RedisSubject[]) {
      const again = () => call(keyed[name], 'round-trips');
      roundTrips[name] = { first: await commandsOf(again), replay: await commandsOf(again) };
      runs[name] = await executions(subjects[name]);
    }
    return { limits, first, replay, roundTrips, runs };
  } finally {
    for (const client of Object.values(nodeRedis)) client.destroy();
    ioRedis.disconnect();
  }
};
