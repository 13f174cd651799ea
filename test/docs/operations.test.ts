import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MetricName } from '../../functions/idempotency/addons/metrics/measurements.ts';
import { pauseMs } from '../../functions/idempotency/caller/pause.ts';
import { fromHeader, idempotencyKey, issueToken } from '../../functions/idempotency/entries/main.ts';
import { memoryStore } from '../../functions/idempotency/entries/testing.ts';
import { encodeOutcome, sealResult } from '../../functions/idempotency/record/result.ts';
import { toIncoming } from '../../functions/idempotency/request/incoming.ts';
import { readKey } from '../../functions/idempotency/request/key/key.ts';
import { checkTransaction } from '../../functions/idempotency/transaction/check-transaction.ts';
import type { PendingWrite } from '../../functions/idempotency/transaction/pending-write.ts';
import { dangers } from '../../infra/idempotency-monitoring/alarms.ts';
import { prices } from '../../infra/operator/scan/estimate.ts';
import { type Cost, keyedWrites, metricsLineBytes, paths, recordBytes } from '../cost/paths.ts';
import { httpApiEvent, lambdaContext } from '../support/lambda.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');

const section = (title: string): string => {
  const [, text = ''] = page.split(new RegExp(`^#{2,3} ${title}$`, 'm'));
  return text.split(/^#{2,3} /m)[0] ?? '';
};

/** The cells of each row of a section's tables, without heads. */
const rows = (title: string): string[][] =>
  section(title)
    .split('\n')
    .filter(
      (line, index, all) => line.startsWith('| ') && !all[index + 1]?.startsWith('| ---') && !/^\| ---/.test(line),
    )
    .map((line) =>
      line
        .slice(2, -1)
        .split(' |')
        .map((cell) => cell.trim()),
    );

const written = (title: string): string => rows(title).flat().join('\n');

const grouped = (value: number): string => Math.round(value).toLocaleString('en');

const metrics: Record<MetricName, true> = {
  Executed: true,
  Replayed: true,
  InProgress: true,
  Mismatch: true,
  Refused: true,
  TokenConsumed: true,
  TokenRefused: true,
  TakenOver: true,
  Released: true,
  Held: true,
  Undone: true,
  WritesDiscarded: true,
  ResultUnavailable: true,
  OutcomeUnknown: true,
  CallbackFailed: true,
  LeaseLost: true,
  CompletionFailed: true,
  ReleaseFailed: true,
  StoreUnavailable: true,
  HandlerTime: true,
  StoreTime: true,
};

describe('docs/operations.md', () => {
  it('G243: has a row for each metric, and for each alarm with its runbook', () => {
    expect(rows('Every metric').map(([name]) => name)).toEqual(Object.keys(metrics).map((name) => `\`${name}\``));
    const alarms = rows('What an alarm says, and what to do');
    expect(alarms.map(([name, , runbook]) => [name, runbook])).toEqual(
      Object.entries(dangers).map(([name, danger]) => [`\`${name}\``, expect.stringContaining(`(#${danger.runbook})`)]),
    );
    const marked = rows('Every metric').flatMap(([name, , when]) => (when === 'alarm' ? name : []));
    expect(alarms.map(([name]) => name)).toEqual(expect.arrayContaining(marked));
  });

  it('has a link into itself only where there is a heading', () => {
    const anchors = [...page.matchAll(/^#{2,3} (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links) expect(anchors).toContain(link);
  });
});

const writePrice = 0.625;
const readPrice = prices.standard;
const dollars = ({ writeUnits, readUnits }: Cost): number => writeUnits * writePrice + readUnits * readPrice;

describe('what operations cost', () => {
  it('G244: is what was measured, at the prices that the page names', () => {
    const costs: Cost[] = [...Object.values(paths), keyedWrites(1), keyedWrites(3)];
    expect(rows('What operations cost').map((cells) => cells.slice(1))).toEqual(
      costs.map((cost) => [cost.trips, cost.writeUnits, cost.readUnits, dollars(cost)].map(String)),
    );
    const text = section('What operations cost');
    expect(text).toContain(`${writePrice} USD per million write units, ${readPrice} per million read units`);
    expect(text).toContain(`at most ${recordBytes} bytes besides its answer`);
    expect(text).toContain(`at most ${metricsLineBytes} bytes`);
    const perMillionLines = (metricsLineBytes * 1e6 * 0.5) / 1e9;
    expect(text).toContain(`${perMillionLines} USD per million requests`);
  });

  it('readFirst pays from one replay per 9 first requests on', () => {
    const saved = dollars(paths.replay) - dollars(paths.replayReadFirst);
    expect(dollars(paths.replayReadFirst) / saved).toBeCloseTo(1 / 9, 5);
  });
});

describe('limits', () => {
  const limits = written('Limits');
  it('G243: of a key', async () => {
    expect(limits).toContain('255 characters');
    const key = (length: number) =>
      readKey(
        fromHeader('Idempotency-Key'),
        toIncoming(httpApiEvent({ headers: { 'idempotency-key': 'x'.repeat(length) } }), lambdaContext()),
      );
    expect(await key(255)).toHaveLength(255);
    await expect(async () => key(256)).rejects.toThrow('longer than 255');
  });

  it('G243: of an answer', async () => {
    expect(limits).toContain('408,600 bytes');
    const encoded = await encodeOutcome({ thrown: false, value: 'an answer' });
    const stored = (size: number) => {
      const seal = () => new Uint8Array(size);
      return sealResult(encoded, { seal, open: seal }, 'id');
    };
    expect((await stored(408_600)).encoding).toBe('zstd');
    expect((await stored(408_601)).encoding).toBe('oversized');
  });

  it('G243: of a transaction', () => {
    expect(limits).toContain('100 items, 4 MB');
    const write = (size: number): PendingWrite =>
      ({ request: { Put: { TableName: 't', Item: { id: { S: 'x'.repeat(size) } } } } }) as never;
    const count =
      (items: number, size = 1) =>
      () =>
        checkTransaction(
          Array.from({ length: items }, () => write(size)),
          undefined,
        );
    expect(count(100)).not.toThrow();
    expect(count(101)).toThrow('100 items');
    expect(count(40, 100_000)).not.toThrow();
    expect(count(42, 100_000)).toThrow('bytes');
  });

  it('G243: of times', async () => {
    const store = memoryStore();
    expect(limits).toContain('86,400 s by default, at most 316,224,000');
    expect(() => idempotencyKey({ store, retentionSeconds: 316_224_000 })).not.toThrow();
    expect(() => idempotencyKey({ store, retentionSeconds: 316_224_001 })).toThrow('316224000');
    expect(limits).toContain('900,000 ms');
    expect(() => idempotencyKey({ store, wait: { upToMs: 900_001 } })).toThrow('900000');
    expect(limits).toContain('300 s by default, at most 31,622,400');
    await expect(issueToken(store, { scope: 's', ttlSeconds: 31_622_401 })).rejects.toThrow('31622400');
  });
});

describe('a billion operations a day', () => {
  const daySeconds = 86_400;
  const [operations, repeats, answerBytes] = [1e9, 5e7, 300];
  const writeUnits = operations * paths.first.writeUnits + repeats * paths.replay.writeUnits;
  const mean = writeUnits / daySeconds;
  const storedBytes = operations * (recordBytes + answerBytes);
  const scanUnits = storedBytes / 8192;

  it('G244: is what the formulas say', () => {
    expect(rows('A billion operations a day').map(([, , result]) => result)).toEqual([
      `${writeUnits / 1e9} × 10⁹`,
      grouped(mean),
      grouped(mean * 3),
      grouped(Math.ceil((mean * 3) / 1000)),
      `${grouped((writeUnits / 1e6) * writePrice)} USD`,
      `${grouped((mean / 0.7) * 24 * 0.00065)} USD`,
      `${grouped(storedBytes / 1e9)} GB, ${grouped((storedBytes / 1e9) * 0.25)} USD a month`,
      `${grouped(((operations + repeats) * metricsLineBytes * 0.5) / 1e9)} USD`,
      `${grouped((scanUnits / 1e6) * readPrice)} USD, ${grouped(scanUnits / 1000 / 3600)} hours at 1,000 units per second`,
    ]);
  });

  it('one key under a storm is asked for as often as Retry-After, readFirst and jitter let it', () => {
    const storm = written('One key under a storm');
    expect(storm).toContain(`${grouped(1000 / paths.inProgress.writeUnits)} requests per second`);
    expect(storm).toContain(`${grouped(3000 / paths.replayReadFirst.readUnits)} per second`);
    const asks: number[] = [];
    for (let second = 1; second < 30; second += Math.min(30, second)) asks.push(second);
    expect(storm).toContain(`asked for ${asks.length} times`);
    const waits = Array.from({ length: 2000 }, () => pauseMs(new Response('', { headers: { 'retry-after': '8' } }), 1));
    expect(Math.max(...waits) / 8000).toBeCloseTo(1.25, 1);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(8000);
    const text = section('One key under a storm');
    expect(text).toContain(`up to ${grouped(1000 * 0.25)} callers`);
    expect(text).toContain(`${grouped(1000 * 0.25 * 30)} do at 30 seconds`);
  });
});
