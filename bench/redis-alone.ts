import { startRedis } from '../infra/local/redis-server.ts';
import { measureRedis } from './redis.ts';
import { redisSection } from './report/redis.ts';

/** Prints what `npm run bench` says of Redis, without the rest, which takes long. */
const server = await startRedis();
try {
  console.log(redisSection(await measureRedis(server.port, { rounds: 4000, warmUp: 400 })));
} finally {
  await server.kill();
}
