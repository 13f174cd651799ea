import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lane } from '../../infra/local/console/protocol.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { type OnRedis, putOnRedis } from '../../infra/local/on-redis.ts';
import { type Console, openConsole } from '../support/console.ts';
import { describeRedis } from '../support/redis.ts';

const marks = (lanes: readonly Lane[], kind: Lane['marks'][number]['kind']) =>
  lanes.flatMap((lane) => lane.marks).filter((mark) => mark.kind === kind).length;
const ends = (lanes: readonly Lane[]) => lanes.map(({ answer }) => answer?.end);

describeRedis('G255: the console shows, with the records in Redis,', () => {
  let redis: OnRedis;
  let stack: LocalStack;
  let console: Console;

  beforeAll(async () => {
    redis = await putOnRedis();
    stack = await startLocalStack({ assembly: redis.assembly, redisPort: redis.port, port: 0, console: true });
    console = await openConsole(stack.url);
  });

  afterAll(async () => {
    console.close();
    await stack.close();
    await redis.close();
  });

  it('a storm, and its records', async () => {
    const { group, lanes } = await console.play('storm');
    expect(group.verdict).toBe('Without protection 20 charges; with the key 1 charge.');
    const keyed = lanes.filter(({ cure }) => cure === 'key');
    expect(marks(keyed, 'claimed')).toBe(1);
    expect(marks(keyed, 'completed')).toBe(1);
    expect(keyed.at(-1)?.answer).toMatchObject({ end: 'replayed', status: 201 });
    const { tables } = await console.until(({ tables }) => tables.records.some(({ answer }) => answer));
    expect(tables.records[0]).toMatchObject({ status: 'COMPLETED', attempt: 1 });
  });

  it('a zombie: its completion is refused, the second attempt’s answer stays', async () => {
    const { lanes } = await console.play('zombie');
    const [zombie, second] = lanes as [Lane, Lane];
    expect(zombie).toMatchObject({ attempt: 1, answer: { end: 'done' } });
    expect(marks([zombie], 'completion-refused')).toBe(1);
    expect(second).toMatchObject({ attempt: 2, answer: { end: 'done' } });
    expect(marks([second], 'taken-over')).toBe(1);
  });

  it('lost answers: each payment runs once', async () => {
    const { lanes } = await console.play('lost-answer');
    expect(ends(lanes)).toEqual(['done', 'done', 'done', 'replayed']);
    expect(lanes.map((lane) => marks([lane], 'lost'))).toEqual([1, 1, 1, 0]);
    expect(lanes.map((lane) => marks([lane], 'charged'))).toEqual([1, 1, 1, 0]);
  });

  it('a token that is used twice', async () => {
    const { lanes } = await console.play('token-twice');
    expect(marks(lanes, 'token-used')).toBe(1);
    expect(marks(lanes, 'charged')).toBe(1);
  });
});
