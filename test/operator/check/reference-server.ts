import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnLoopback } from '../../../infra/local/listen.ts';

export interface ReferenceOptions {
  /** The rule that this server breaks, and no other. */
  fault?: string;
  latencyMs?: number;
  windowMs?: number;
  /** What answers consist of, in the place of an id that no other has. */
  constantAnswer?: string;
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

interface OperationRecord {
  state: 'running' | 'done' | 'failed';
  fingerprint: string;
  raw: string;
  expiresAtMs: number;
  reply?: Reply;
  refusedDuplicates: number;
  refusedPayloads: number;
  failures: number;
}

export interface ReferenceServer {
  url: string;
  close(): Promise<void>;
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );

const exposed = 'retry-after, idempotent-replayed';
const origin = 'https://shop.example';

/** An API that keeps every rule, but the one that it is told to break. */
export const startReferenceServer = async ({
  fault = 'none',
  latencyMs = 30,
  windowMs = 3_600_000,
  constantAnswer,
}: ReferenceOptions = {}): Promise<ReferenceServer> => {
  const breaks = (...rules: string[]): boolean => rules.includes(fault);
  const records = new Map<string, OperationRecord>();
  let effects = 0;
  let created = 0;
  let hasMistaken = false;

  const problem = (status: number, title: string, headers: Record<string, string> = {}): Reply => ({
    status,
    headers: {
      'content-type': breaks('refusal-problem') ? 'application/json' : 'application/problem+json',
      ...(!breaks('refusal-link') && { link: '</docs>; rel="describedby"' }),
      ...headers,
    },
    body: JSON.stringify({
      title: breaks('problem-members') ? 7 : title,
      status: breaks('problem-status') ? 400 + ((status + 1) % 100) : status,
    }),
  });

  const newReply = (): Reply => {
    created += 1;
    return {
      status: 201,
      headers: {
        'content-type': 'application/json',
        location: `/orders/${created}`,
        'set-cookie': `session=${created}`,
      },
      body: constantAnswer ?? JSON.stringify({ orderId: created }),
    };
  };

  const run = async (request: IncomingMessage, record?: OperationRecord): Promise<Reply> => {
    const slowMs = request.headers['x-slow'];
    // However slow the machine is: until a duplicate has come.
    for (let waits = 0; slowMs && record?.refusedDuplicates === 0 && waits < 500; waits += 1) await sleep(10);
    await sleep(Number(slowMs ?? latencyMs));
    if (request.headers['x-fail']) return problem(500, 'Failed');
    effects += 1;
    return newReply();
  };

  const replay = ({ reply, raw, ...record }: OperationRecord, sent: string): Reply => {
    const isClean = record.refusedDuplicates + record.refusedPayloads + record.failures === 0 && raw === sent;
    if (breaks('repeat-one-effect') && isClean) effects += 1;
    const { 'set-cookie': cookie = '', ...headers } = reply?.headers ?? {};
    return {
      status: reply?.status ?? 0,
      headers: {
        ...headers,
        ...(breaks('replay-no-cookie') && { 'set-cookie': cookie }),
        ...(breaks('repeat-headers') && { 'content-type': 'text/plain' }),
        ...(!breaks('replay-marked') && { 'idempotent-replayed': 'true' }),
      },
      body: breaks('repeat-same-answer') && isClean ? '{"orderId":"another"}' : (reply?.body ?? ''),
    };
  };

  /** The key that was sent, `undefined` for none, or how it is refused. */
  const readKey = (value: string | undefined): string | undefined | Reply => {
    if (value === undefined) return breaks('key-required') ? undefined : problem(400, 'Key is missing');
    if (value === '') return breaks('key-empty') ? undefined : problem(400, 'Key is empty');
    const quoted = /^"([^"]*)"$/.exec(value)?.[1];
    if (quoted !== undefined && breaks('key-quoted')) return problem(400, 'Key is quoted');
    if (quoted === undefined && value.startsWith('"') && !breaks('key-malformed'))
      return problem(400, 'Key is malformed');
    const key = quoted ?? value;
    if (key.length > 255 && !breaks('key-long')) return problem(400, 'Key is too long');
    return breaks('key-case') ? key.toLowerCase() : key.slice(0, 255);
  };

  const refuseDuplicate = (record: OperationRecord): Reply => {
    record.refusedDuplicates += 1;
    if (breaks('concurrent-one-run') && record.refusedDuplicates === 1) return newReply();
    if (breaks('concurrent-one-effect') && record.refusedDuplicates === 5) effects += 1;
    return problem(
      breaks('conflict-status') ? 423 : 409,
      'Running',
      breaks('conflict-retry-after') ? {} : { 'retry-after': '1' },
    );
  };

  const claim = async (request: IncomingMessage, id: string, raw: string, before?: OperationRecord): Promise<Reply> => {
    const record: OperationRecord = {
      state: 'running',
      fingerprint: canonical(JSON.parse(raw)),
      raw,
      expiresAtMs: Number.POSITIVE_INFINITY,
      refusedDuplicates: 0,
      refusedPayloads: 0,
      failures: before?.failures ?? 0,
    };
    records.set(id, record);
    const reply = await run(request, record);
    if (reply.status >= 500) {
      record.failures += 1;
      if (!breaks('failure-repeatable')) record.state = 'failed';
      return reply;
    }
    const isForgotten =
      (breaks('running-kept') && record.refusedDuplicates > 0 && record.refusedDuplicates < 3) ||
      (breaks('failure-remembered') && record.failures > 0);
    if (isForgotten) records.delete(id);
    if (!breaks('window-ends')) record.expiresAtMs = Date.now() + windowMs;
    record.state = 'done';
    record.reply = reply;
    return reply;
  };

  const createOrder = async (request: IncomingMessage): Promise<Reply> => {
    const key = readKey(request.headers['idempotency-key'] as string | undefined);
    if (typeof key === 'object') return key;
    const raw = await text(request);
    if (key === undefined) return run(request);
    const caller = String(request.headers['authorization'] ?? '');
    const isOthers = [...records.keys()].some((known) => known.endsWith(`#${key}`) && !known.startsWith(`${caller}#`));
    if (breaks('caller-own-keys') && isOthers) return problem(403, 'Key of another caller');
    const id = breaks('caller-private') ? `#${key}` : `${caller}#${key}`;
    const record = records.get(id);
    if (breaks('key-distinct') && !record && records.size === 1 && !hasMistaken) {
      hasMistaken = true;
      return replay([...records.values()][0] as OperationRecord, raw);
    }
    if (!record || record.state === 'failed' || record.expiresAtMs <= Date.now())
      return claim(request, id, raw, record);
    const isOther = breaks('repeat-reordered') ? record.raw !== raw : record.fingerprint !== canonical(JSON.parse(raw));
    if (isOther && !breaks('payload-refused')) {
      record.refusedPayloads += 1;
      if (breaks('payload-no-effect')) effects += 1;
      if (breaks('payload-harmless')) records.delete(id);
      return problem(breaks('payload-status') ? 409 : 422, 'Another payload');
    }
    return record.state === 'running' ? refuseDuplicate(record) : replay(record, raw);
  };

  const readOrders = (request: IncomingMessage): Reply => {
    const key = request.headers['idempotency-key'];
    if (key === undefined && breaks('safe-without-key')) return problem(400, 'Key is missing');
    if (breaks('no-server-error')) return problem(500, 'Failed');
    const used = key && records.get(`${request.headers['authorization'] ?? ''}#${String(key).replaceAll('"', '')}`);
    if (used && breaks('safe-not-replayed')) return replay(used, '');
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '[]' };
  };

  const answer = async (request: IncomingMessage): Promise<Reply> => {
    if (request.url === '/effects') return { status: 200, body: JSON.stringify({ orders: { count: effects } }) };
    if (request.method === 'GET') return readOrders(request);
    if (request.method !== 'OPTIONS') return createOrder(request);
    return breaks('cors-preflight')
      ? problem(400, 'Key is missing')
      : { status: 204, headers: { 'access-control-allow-headers': 'content-type, idempotency-key' }, body: '' };
  };

  const crossOrigin = (status: number): Record<string, string> => ({
    ...(!(breaks('cors-refusals') && status >= 400) && { 'access-control-allow-origin': origin }),
    ...(!breaks('cors-exposed') && { 'access-control-expose-headers': exposed }),
  });

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const { status, headers = {}, body } = await answer(request);
    response.writeHead(status, { ...headers, ...crossOrigin(status) });
    response.end(body);
  });
  const port = await listenOnLoopback(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
