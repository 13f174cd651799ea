import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Cure, Lane, LaneEnd } from '../../infra/local/console/protocol.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { type Console, openConsole } from '../support/console.ts';
import { openDatabase } from '../support/dynamodb.ts';

let stack: LocalStack;
let console: Console;

beforeAll(async () => {
  stack = await startLocalStack({ assembly: inject('assembly'), port: 0, console: true });
});

afterAll(() => stack.close());

beforeEach(async () => {
  console = await openConsole(stack.url);
});

afterEach(() => console.close());

const items = (table: string) => {
  const name = Object.entries(stack.tables).find(([logicalId]) => logicalId.startsWith(table))?.[1] ?? '';
  return openDatabase(stack.endpoint).items(name);
};

const payments = async (order: string | undefined) =>
  (await items('Payments')).filter(({ orderId }) => orderId === order);

const of = (lanes: readonly Lane[], cure: Cure) => lanes.filter((lane) => lane.cure === cure);
const marks = (lanes: readonly Lane[], kind: Lane['marks'][number]['kind']) =>
  lanes.flatMap((lane) => lane.marks).filter((mark) => mark.kind === kind).length;
const ends = (lanes: readonly Lane[]): (LaneEnd | undefined)[] => lanes.map(({ answer }) => answer?.end);
const press = { caller: 'Ada', amount: 4200, times: 1 } as const;

describe('G255: the console shows', () => {
  it('a storm: each press charges without protection, one of twenty with a key', async () => {
    const { group, lanes } = await console.play('storm');
    expect(group.verdict).toBe('Without protection 20 charges; with the key 1 charge.');

    const bare = of(lanes, 'none');
    expect(ends(bare)).toEqual(Array(20).fill('done'));
    expect(marks(bare, 'charged')).toBe(20);
    expect(await payments(bare[0]?.order)).toHaveLength(20);

    const keyed = of(lanes, 'key');
    expect(keyed).toHaveLength(21);
    expect(keyed.filter(({ phases }) => phases.some(({ kind }) => kind === 'running'))).toHaveLength(1);
    expect(marks(keyed, 'charged')).toBe(1);
    expect(keyed.at(-1)?.answer).toMatchObject({ end: 'replayed', status: 201 });
    expect(await payments(keyed[0]?.order)).toHaveLength(1);
  });

  it('a zombie: its completion is refused, the second attempt’s answer stays', async () => {
    const { lanes } = await console.play('zombie');
    const [zombie, second, late] = lanes;
    expect(zombie).toMatchObject({ attempt: 1, answer: { end: 'done' } });
    expect(marks([zombie as Lane], 'completion-refused')).toBe(1);
    expect(second).toMatchObject({ attempt: 2, answer: { end: 'done' } });
    expect(marks([second as Lane], 'taken-over')).toBe(1);
    expect(JSON.parse(late?.answer?.body ?? '')).toMatchObject({ attempt: 2 });
    expect(marks(lanes, 'charged')).toBe(1);
    expect(await payments(zombie?.order)).toHaveLength(1);
  });

  it('lost answers of the table: each payment runs once', async () => {
    const { lanes } = await console.play('lost-answer');
    expect(ends(lanes)).toEqual(['done', 'done', 'done', 'replayed']);
    expect(lanes.map((lane) => marks([lane], 'lost'))).toEqual([1, 1, 1, 0]);
    expect(lanes.map((lane) => marks([lane], 'charged'))).toEqual([1, 1, 1, 0]);
  });

  it('two callers, and another amount: the first has a record of her own, the second too', async () => {
    const { lanes } = await console.play('changed-amount');
    expect(lanes.map(({ caller, answer }) => [caller, answer?.status, answer?.code])).toEqual([
      ['Ada', 201, undefined],
      ['Ada', 422, 'PAYLOAD_MISMATCH'],
      ['Ben', 201, undefined],
    ]);
    const [ada, , ben] = lanes;
    expect(ada?.key).toBe(ben?.key);
    expect(ada?.recordId).not.toBe(ben?.recordId);
  });

  it('what curl sends, beside its own', async () => {
    await fetch(`${stack.url}/payments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'from-curl' },
      body: JSON.stringify({ orderId: 'o-curl', userId: 'u-1', amount: 1, currency: 'EUR' }),
    });
    const { lanes, groups, tables } = await console.until(
      (seen) =>
        seen.lanes.some((lane) => lane.key === 'from-curl' && lane.answer) &&
        seen.tables.payments.some(({ orderId }) => orderId === 'o-curl'),
    );
    const lane = lanes.find(({ key }) => key === 'from-curl');
    expect(lane?.answer).toMatchObject({ end: 'done', status: 201 });
    expect(groups.find(({ id }) => id === lane?.groupId)?.title).toBe('From elsewhere');
    const record = tables.records.find(({ id }) => id === lane?.recordId);
    expect(record).toMatchObject({ status: 'COMPLETED', attempt: 1, owner: lane?.owner });
  });
});

describe('G256: an accident on demand', () => {
  afterEach(() => console.ask('accidents', { table: 'normal', provider: 'normal' }));

  const pay = async (key: string): Promise<Lane> => {
    const answer = await console.ask('press', { ...press, cure: 'key', order: key, key });
    const { groupId } = (await answer.json()) as { groupId: string };
    const isIts = (lane: Lane) => lane.groupId === groupId && lane.answer !== undefined;
    const { lanes } = await console.until((seen) => seen.lanes.some(isIts));
    return lanes.find(isIts) as Lane;
  };

  it('the provider fails: the key is free at once, and the next attempt knows', async () => {
    await console.ask('accidents', { provider: 'failing' });
    expect((await pay('k-failing')).answer).toMatchObject({ end: 'failed', status: 500 });
    await console.ask('accidents', { provider: 'normal' });
    expect(await pay('k-failing')).toMatchObject({ attempt: 2, answer: { end: 'done', status: 201 } });
    expect(await payments('k-failing')).toHaveLength(1);
  });

  it('the table throttles: nothing runs, and the caller is told to come again', async () => {
    await console.ask('accidents', { table: 'throttled' });
    const lane = await pay('k-throttled');
    expect(lane.answer).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
    expect(marks([lane], 'throttled')).toBeGreaterThan(0);
    expect(await payments('k-throttled')).toHaveLength(0);
  });

  it('the answer to the caller is lost: a repeat gets it', async () => {
    await console.ask('accidents', { nextAnswer: true });
    const lost = await console.ask('press', { ...press, cure: 'key', order: 'k-lost', key: 'k-lost' });
    expect(await lost.json()).toMatchObject({ answers: [{ lost: true }] });
    expect((await pay('k-lost')).answer).toMatchObject({ end: 'replayed', status: 201 });
    expect(await payments('k-lost')).toHaveLength(1);
  });

  it('what runs is killed: its claim stays, until its lease is let end', async () => {
    await console.ask('accidents', { provider: 'slow' });
    const first = console.ask('press', { ...press, cure: 'key', order: 'k-killed', key: 'k-killed' });
    await console.until(({ lanes }) => lanes.some((lane) => lane.key === 'k-killed' && marks([lane], 'charged') > 0));
    expect(await (await console.ask('kill', {})).json()).toEqual({ killed: 1 });
    expect(await (await first).json()).toMatchObject({ answers: [{ status: 500 }] });
    await console.ask('accidents', { provider: 'normal' });

    const refused = await pay('k-killed');
    expect(refused.answer).toMatchObject({ end: 'refused', code: 'IN_PROGRESS' });
    expect(await (await console.ask('end-lease', { id: refused.recordId })).json()).toEqual({ ended: true });
    const second = await pay('k-killed');
    expect(second).toMatchObject({ attempt: 2, answer: { end: 'done' } });
    expect(marks([second], 'charge-known')).toBe(1);
    expect(await payments('k-killed')).toHaveLength(1);
  });
});

describe('G257: the console refuses', () => {
  /** As a browser would: `fetch` sets these headers by itself. */
  const send = (method: string, path: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const { hostname, port } = new URL(stack.url);
      const sent = request({ method, hostname, port, path, headers }, async (response) => {
        response.once('error', () => {});
        const isStream = response.headers['content-type'] === 'text/event-stream';
        resolve({ status: response.statusCode, body: isStream ? '' : await text(response) });
        sent.destroy();
      });
      sent.once('error', reject);
      sent.end(method === 'POST' ? '{"nextCharge":true}' : undefined);
    });
  const json = { 'content-type': 'application/json' };
  const change = (headers: Record<string, string>) => send('POST', '/_console/accidents', { ...json, ...headers });

  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a page of another site, by its fetch metadata', { 'sec-fetch-site': 'cross-site' }],
    ['a name that leads to loopback', { host: 'evil.example', origin: 'http://evil.example' }],
    ['a form, which can’t send JSON', { 'content-type': 'text/plain' }],
  ])('%s: nothing changes', async (_who, headers) => {
    expect(await change(headers)).toMatchObject({ status: 403 });
    expect(console.seen.accidents.nextCharge).toBe(false);
  });

  it.each(['/_console', '/_console/events', '/_console/app.js'])(
    'to show %s under a name that leads to loopback',
    async (path) => {
      expect(await send('GET', path, { host: 'evil.example' })).toMatchObject({ status: 403 });
      expect(await send('GET', path, { host: 'localhost:3000' })).toMatchObject({ status: 200 });
    },
  );

  it('a command that it doesn’t know, or that is none', async () => {
    expect((await console.ask('no-such', {})).status).toBe(404);
    expect((await console.ask('accidents', { table: 'burning' })).status).toBe(400);
    expect((await console.ask('press', { ...press, cure: 'key', order: 'o', times: 501 })).status).toBe(400);
    expect((await console.ask('story', { name: 'no-such' })).status).toBe(500);
  });

  it('nothing of its own page', async () => {
    expect(await change({ origin: stack.url, host: new URL(stack.url).host, 'sec-fetch-site': 'same-origin' })).toEqual(
      {
        status: 200,
        body: '{}',
      },
    );
    const { accidents } = await console.until(({ accidents }) => accidents.nextCharge);
    expect(accidents.nextCharge).toBe(true);
    await console.ask('accidents', { nextCharge: false });
  });
});
