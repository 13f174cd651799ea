import { UnansweredCall } from '../../../functions/idempotency/addons/redis/redis-error.ts';
import { redisStore } from '../../../functions/idempotency/addons/redis/redis-store.ts';
import { recordFrom, resultValues } from '../../../functions/idempotency/addons/redis/stored-record.ts';
import { type Attributes, toText } from '../../../functions/idempotency/dynamodb/attributes.ts';
import { OperatorError } from '../operator-error.ts';
import { duration } from '../output/time.ts';
import type { Seen } from '../records/seen.ts';
import type { RecordScan, ScanEnd } from '../scan/record-scan.ts';
import { attributeNames } from './layout.ts';
import type { ConnectionOptions } from './options.ts';
import { connectToRedis, type RedisConnection } from './redis-client.ts';
import { answerFields, identifying, type Opening, ownId, type Session, statuses } from './session.ts';

/** Beyond what a network takes. */
const noticeableMs = 5000;

const pageSize = 500;

/** All but the answer, which may be large, and is nobody's business. */
const scannedFields = attributeNames.filter((name) => name !== 'result');

/** Goes on if the fields are as they were seen: names and values in turn, an empty one for none. */
const ifAsSeen = (then: string): string => `
if redis.call('EXISTS', KEYS[1]) == 0 then return 'absent' end
for i = 4, #ARGV, 2 do
  if (redis.call('HGET', KEYS[1], ARGV[i]) or '') ~= ARGV[i + 1] then return 'changed' end
end
${then}
return 'done'`;

const forgetScript = ifAsSeen("redis.call('DEL', KEYS[1])");

const replaceScript = ifAsSeen(`redis.call('HDEL', KEYS[1], 'encoding', 'thrown')
redis.call('HSET', KEYS[1], 'result', ARGV[1])
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'encoding', ARGV[2]) end
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'thrown', ARGV[3]) end`);

type Fields = Readonly<Record<string, string>>;

const seenOf = (id: string, fields: Fields): Seen | undefined => {
  const record = recordFrom(id, Object.entries(fields).flat());
  if (!record || !ownId.test(id) || !statuses.has(record.status)) return undefined;
  const item: Attributes = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toText(value)]));
  const token = fields['tokenExpiresAt'];
  return {
    record,
    tokenExpiresAtSeconds: token === undefined ? undefined : Number(token),
    encoding: record.status === 'COMPLETED' ? (fields['encoding'] ?? record.result?.encoding ?? 'json') : undefined,
    item,
  };
};

const seenFields = ({ item }: Seen, names: readonly string[]): string[] =>
  names.flatMap((name) => [name, item[name]?.S ?? '']);

/** Records in Redis or Valkey. */
export const openRedisSession = async (
  url: string,
  { keyPrefix = 'idempotency:', ...options }: ConnectionOptions,
  { signal, note }: Opening,
): Promise<Session> => {
  const others = ['region', 'endpoint', 'profile', 'local', 'attribute', 'powertools'] as const;
  const other = others.find((name) => options[name] !== undefined);
  if (other) throw new OperatorError('usage', `--redis says where the records are: leave --${other} out.`);
  const connection = await connectToRedis(url);
  const { client, nodes } = connection;
  const aheadMs = await clockAhead(connection);
  if (aheadMs !== 0) {
    note(
      `This machine's clock is ${duration(aheadMs)} ${aheadMs > 0 ? 'ahead' : 'behind'}: leases are judged by Redis's.`,
    );
  }

  const read = async (id: string): Promise<Seen | undefined> => {
    const fields = await client.hGetAll(keyPrefix + id);
    return seenOf(id, fields as Fields);
  };

  const look = async (key: string): Promise<Seen | undefined> => {
    const values = await client.hmGet(key, scannedFields);
    const found = scannedFields.flatMap((name, index) => {
      const value = values[index];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    return seenOf(key.slice(keyPrefix.length), Object.fromEntries(found));
  };

  const scan = async ({ search, onRecord }: RecordScan): Promise<ScanEnd> => {
    const totals = { items: 0, pages: 0, units: 0 };
    for (const node of await nodes()) {
      const pages = node.scanIterator({
        MATCH: `${keyPrefix.replace(/[*?[\]\\]/g, '\\$&')}*`,
        COUNT: pageSize,
        TYPE: 'hash',
      });
      for await (const keys of pages) {
        if (signal.aborted) return { ...totals, interrupted: true };
        totals.items += keys.length;
        totals.pages += 1;
        for (const seen of await Promise.all(keys.map(look))) {
          if (seen && (search.matches?.(seen) ?? true) && !onRecord(seen)) return { ...totals, interrupted: false };
        }
      }
    }
    return { ...totals, interrupted: false };
  };

  const count = async (): Promise<number> => {
    const sizes = await Promise.all((await nodes()).map((node) => node.dbSize()));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const announce = (keys: number): void => note(`Scan of ${url}: ${keys} keys, ${pageSize} at a time.`);

  const run = (script: string, { record }: Seen, args: string[]): Promise<unknown> =>
    client.eval(script, { keys: [keyPrefix + record.id], arguments: args });

  return {
    ...{
      place: url,
      name: `${url} (${keyPrefix})`,
      keyPrefix,
      isPowertools: false,
      inProgress: 'IN_PROGRESS',
      signal,
      read,
    },
    store: redisStore({ client, keyPrefix }),
    now: () => Date.now() - aheadMs,
    scan: async (recordScan) => {
      announce(await count());
      return scan(recordScan);
    },
    estimate: async (_options, output) => {
      const keys = await count();
      announce(keys);
      if (output.isJson) output.json({ estimate: { items: keys } });
      return 'done';
    },
    scanned: ({ items }) => `${items} keys`,
    forget: async (seen) =>
      (await run(forgetScript, seen, ['', '', '', ...seenFields(seen, identifying)])) !== 'changed',
    replaceAnswer: async (seen, result) => {
      const { result: data, encoding, thrown } = resultValues(result);
      const written = [data ?? '', encoding ?? '', thrown ? 'true' : ''];
      const expected = seenFields(seen, [...identifying, ...answerFields]);
      return (await run(replaceScript, seen, [...written, ...expected])) === 'done';
    },
    mayHaveBeenApplied: (error) => error instanceof UnansweredCall,
    close: connection.close,
  };
};

/** A machine whose clock is ahead would take a lease that still protects somebody for over. */
const clockAhead = async ({ nodes }: RedisConnection): Promise<number> => {
  const [node] = await nodes();
  const [seconds, micros] = ((await node?.sendCommand(['TIME'])) ?? []) as string[];
  const differenceMs = Date.now() - (Number(seconds) * 1000 + Number(micros) / 1000);
  return Math.abs(differenceMs) > noticeableMs ? differenceMs : 0;
};
