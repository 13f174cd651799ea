import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cdkSynth, type Synthesized } from '../../infra/local/cdk-synth.ts';
import { toHttpApiEvent } from '../../infra/local/http-api-event.ts';
import { listenOnLoopback } from '../../infra/local/listen.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { type Issuer, startIssuer } from '../local/issuer.ts';
import { openDatabase } from '../support/dynamodb.ts';
import { runLine } from '../support/operator.ts';

const origin = 'https://shop.example.com';
const payment = { orderId: 'o-1', userId: 'u-1', amount: 100, currency: 'EUR' };

describe('each function of the example', () => {
  let stack: LocalStack;

  beforeAll(async () => {
    stack = await startLocalStack({ assembly: inject('assembly'), port: 0 });
  });

  afterAll(() => stack.close());

  const bodies: Record<string, unknown> = {
    PaymentsCreate0: payment,
    PaymentsCreateForOrder: { ...payment, orderId: 'o-2' },
    OrdersCreate: { orderNo: 'n-1', userId: 'u-1', items: [{ sku: 'keyboard', quantity: 1 }] },
    TokenPay: payment,
  };

  /** Calls a function without a gateway, which would add headers of its own. */
  const invoke = async (name: string, method: string, headers: Record<string, string> = {}) => {
    const target = stack.functions.find((pool) => pool.name.startsWith(name));
    if (!target) throw new Error(`no function ${name}`);
    const request = {
      method,
      path: '/',
      query: '',
      protocol: 'HTTP/1.1',
      headers: Object.fromEntries(
        Object.entries({ 'content-type': 'application/json', origin, ...headers }).map(([key, value]) => [
          key,
          [value],
        ]),
      ),
      body: Buffer.from(bodies[name] ? JSON.stringify(bodies[name]) : ''),
      sourceIp: '127.0.0.1',
      port: 3000,
      traceId: 'Root=1-5e6a8a6e-0123456789abcdef01234567',
      requestId: 'r-1',
      time: new Date(),
    };
    const event = toHttpApiEvent(request, `${method} /`, { orderId: 'o-2', paymentId: 'p-1' });
    const outcome = await target.invoke(JSON.stringify(event));
    if (outcome.status !== 'success') throw new Error(JSON.stringify(outcome));
    const answer = JSON.parse(outcome.payload) as { statusCode: number; headers: Record<string, string> };
    return { status: answer.statusCode, headers: new Headers(answer.headers) };
  };

  const expectReadable = ({ headers }: { headers: Headers }) => {
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-expose-headers')).toBe(
      'idempotency-key-max-age,idempotent-replayed,retry-after',
    );
    expect(headers.get('vary')).toBe('Origin');
  };

  it.each([
    ['TokenGetkey', 'GET', [200, 200]],
    ['TokenPay', 'POST', [400, 400]],
    ['PaymentsCreate0', 'POST', [201, 201]],
    ['PaymentsCreateForOrder', 'POST', [201, 201]],
    ['PaymentsGet', 'GET', [404, 404]],
    ['OrdersCreate', 'POST', [201, 201]],
    ['OrdersGet', 'GET', [404, 404]],
  ])('%s says on every answer who may read it', async (name, method, statuses) => {
    const key = { 'idempotency-key': 'k-1' };
    const answers = [await invoke(name, method, key), await invoke(name, method, key)];
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    for (const answer of answers) expectReadable(answer);
    const preflight = await invoke(name, 'OPTIONS', { 'access-control-request-method': method });
    expect(preflight.status).toBe(204);
    expectReadable(preflight);
    expect(
      (await invoke(name, method, { origin: 'https://evil.example' })).headers.get('access-control-allow-origin'),
    ).toBe(null);
  });
});

describe('the example with a JWT authorizer', () => {
  let issuer: Issuer;
  let synthesized: Synthesized;
  let stack: LocalStack;

  beforeAll(async () => {
    issuer = await startIssuer();
    synthesized = await cdkSynth({ jwtIssuer: issuer.url, jwtAudience: 'pay' });
    // Long enough for a duplicate to come in the middle.
    stack = await startLocalStack({
      assembly: synthesized.assembly,
      port: 0,
      environment: { PROVIDER_LATENCY_MS: '600' },
    });
  });

  afterAll(async () => {
    await stack.close();
    issuer.close();
    await synthesized.remove();
  });

  const pay = async (authorization?: string) => {
    const response = await fetch(`${stack.url}/payments`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': 'k-1',
        origin,
        ...(authorization && { authorization }),
      },
      body: JSON.stringify(payment),
    });
    return {
      status: response.status,
      allowed: response.headers.get('access-control-allow-origin'),
      text: await response.text(),
    };
  };

  it('refuses who sends no token, readable at another origin; a preflight needs none', async () => {
    expect(await pay()).toMatchObject({ status: 401, allowed: origin });
    const preflight = await fetch(`${stack.url}/payments`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
  });

  it('keeps the keys of two callers apart, and those of one together, whatever token he has', async () => {
    const first = await pay(`Bearer ${issuer.token({ sub: 'ann' })}`);
    expect(first).toMatchObject({ status: 201, allowed: origin });
    const other = await pay(`Bearer ${issuer.token({ sub: 'bob' })}`);
    expect([other.status, other.text === first.text]).toEqual([201, false]);
    expect(await pay(`Bearer ${issuer.token({ sub: 'ann', jti: 'another login' })}`)).toEqual(first);
  });

  it('G273: keeps every rule of the checker, of two callers and of a page of another origin', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'check-'));
    const control = await startControl(stack);
    try {
      const body = join(folder, 'payment.json');
      await writeFile(body, JSON.stringify({ ...payment, orderId: '{{unique}}' }));
      const { json } = await runLine([
        'check',
        `${stack.url}/payments`,
        ...['--body', body, '--origin', origin, '--json'],
        ...['--header', `Authorization: Bearer ${issuer.token({ sub: 'ann' })}`],
        ...['--other-header', `Authorization: Bearer ${issuer.token({ sub: 'bob' })}`],
        ...['--effects-url', `${control.url}/payments/{{unique}}`],
        ...['--fail-command', control.killCommand],
      ]);
      const results = (json.rules as { id: string; result: string }[]).map(({ id, result }) => [id, result] as const);
      expect(results.filter(([, result]) => result === 'failed')).toEqual([]);
      // No payment has a cookie, two with the same payload are not made, and keys are remembered for a day.
      const untried = ['key-distinct', 'replay-no-cookie', 'window-ends'];
      expect(results.filter(([, result]) => result === 'not tried').map(([id]) => id)).toEqual(untried);
    } finally {
      await control.close();
      await rm(folder, { recursive: true });
    }
  });
});

/** Tells the checker how many payments there are of an order, and kills a payment's process in the middle. */
const startControl = async (stack: LocalStack) => {
  const [, table = ''] = Object.entries(stack.tables).find(([logicalId]) => logicalId.startsWith('Payments')) ?? [];
  const pool = stack.functions.find(({ name }) => name.startsWith('PaymentsCreate0'));
  const kill = async () => {
    const busy = () => pool?.processes().find((process) => process.busy)?.pid;
    await expect.poll(busy, { timeout: 10_000, interval: 5 }).toBeDefined();
    process.kill(busy() ?? Number.NaN, 'SIGKILL');
  };
  let killed: Promise<void> | undefined;
  const server = createServer(async ({ url = '' }, response) => {
    if (url === '/kill') {
      killed = kill();
      response.end();
    } else {
      const items = await openDatabase(stack.endpoint).items(table);
      response.end(JSON.stringify(items.filter(({ orderId }) => orderId === url.split('/').at(-1))));
    }
  });
  const at = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
  return {
    url: at,
    killCommand: `"${process.execPath}" -e "fetch('${at}/kill')"`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await killed;
    },
  };
};
