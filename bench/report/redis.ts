import type { OnRedis, RedisSubject } from '../redis.ts';
import { mean, quantile } from '../statistics.ts';
import { type Cell, fixed, grouped, table, verdict } from './markdown.ts';

const target = 0.7;

const titles: Readonly<Record<RedisSubject, string>> = {
  ours: 'this library, node-redis',
  oursByIoRedis: 'this library, ioredis',
  peer: "the peer's CachePersistenceLayer, node-redis",
};

export const redisSection = ({ limits, first, replay, roundTrips, runs }: OnRedis): string => {
  const rowsOf = (path: 'first' | 'replay', samples: OnRedis['first']): Cell[][] =>
    (Object.keys(titles) as RedisSubject[]).map((name) => {
      const [own, peer] = [samples[name], samples.peer];
      const [own50, peer50] = [quantile(own.latencyMs, 0.5), quantile(peer.latencyMs, 0.5)];
      const [ownCpu, peerCpu] = [mean(own.cpuMicros), mean(peer.cpuMicros)];
      const worse = Math.max(own50 / peer50, ownCpu / peerCpu);
      return [
        path === 'first' ? 'first call' : 'replay',
        titles[name],
        fixed(own50, 3),
        fixed(ownCpu, 0),
        fixed(own50 / peer50, 2),
        fixed(ownCpu / peerCpu, 2),
        roundTrips[name][path],
        path === 'first' ? fixed(runs[name], 2) : '',
        name === 'ours' ? verdict(worse, target) : '',
      ];
    });
  return `## Redis

On one \`redis-server\` of the same machine, in milliseconds (p50) and microseconds of CPU (mean) of this process; ${grouped(limits.rounds)} rounds after
${grouped(limits.warmUp)} to warm up. Runs: of an operation that 20 callers ask for at the same time.

${table(
  ['path', 'subject', 'p50', 'CPU', "p50 to the peer's", "CPU to the peer's", 'round trips', 'runs', 'target'],
  [...rowsOf('first', first), ...rowsOf('replay', replay)],
)}`;
};
