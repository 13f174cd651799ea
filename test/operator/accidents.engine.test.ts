import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keyHashOf } from '../../functions/idempotency/request/operation.ts';
import { causeAccidents } from '../../infra/operator/accidents/cause-accidents.ts';
import { anyEngine, openDatabase } from '../support/dynamodb.ts';
import { operatedTable } from './records.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => vi.unstubAllEnvs());

it('a payment counts as killed only if it has left its claim: one that died before has nothing to be repaired', async () => {
  const database = openDatabase(anyEngine());
  const { tableName, crashed } = await operatedTable(database);
  const keys: string[] = [];
  const local = {
    endpoint: database.endpoint,
    tables: { Idempotency1: tableName },
    functions: [{ name: 'pay', routes: ['POST /payments'], processes: [] }],
  };
  const server = createServer(async (request, response) => {
    const key = String(request.headers['idempotency-key'] ?? '');
    if (request.method === 'POST') {
      keys.push(key);
      if (keys.length === 2) await crashed(key, { overrides: { keyHash: keyHashOf('pay', key) } });
    }
    response.writeHead(request.method === 'POST' ? 500 : 200).end(JSON.stringify(local));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as { port: number };
    const [payment] = await causeAccidents(`http://127.0.0.1:${port}`);
    expect(keys).toHaveLength(2);
    expect(payment?.key).toBe(keys[1]);
  } finally {
    server.close();
  }
});
