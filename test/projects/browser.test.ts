import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cdkSynth, type Synthesized } from '../../infra/local/cdk-synth.ts';
import { type Gateway, startGateway } from '../../infra/local/gateway.ts';
import { listenOnLoopback } from '../../infra/local/listen.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { chromiumOptions } from '../support/chromium.ts';
import { root } from '../support/consumer.ts';
import { reasonToSkip } from '../support/machine.ts';

const withoutChromium = await reasonToSkip('chromium');

/** What a page reads of an answer. */
interface Seen {
  status?: number;
  retryAfter?: string | null;
  replayed?: string | null;
  body?: Record<string, unknown>;
  unreadable?: string;
}

declare global {
  var pay: (asked: string, url: string, key: string | undefined, payment: unknown) => Promise<Seen>;
}

const payment = { orderId: 'o-1', userId: 'u-1', amount: 4200, currency: 'EUR' };

/** Serves the page, from an origin of its own. */
const servePage = async (): Promise<{ origin: string; server: Server }> => {
  const html = await readFile(join(root, 'test/fixtures/cross-origin.html'));
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(html);
  });
  return { origin: `http://127.0.0.1:${await listenOnLoopback(server, 0)}`, server };
};

/** Serves the function of `POST /payments` by a gateway that leaves CORS to it, preflights too, as a load balancer does. */
const serveAlone = async (stack: LocalStack): Promise<Gateway> => {
  const target = stack.functions.find(({ name }) => name.startsWith('PaymentsCreate0'));
  if (!target) throw new Error('the stack has no function for POST /payments');
  return startGateway({ port: 0, routes: [{ routeKey: 'ANY /payments', target }], log: () => {} });
};

describe('a page at another origin', () => {
  let browser: Browser;
  let shop: Awaited<ReturnType<typeof servePage>>;
  let stranger: Awaited<ReturnType<typeof servePage>>;
  let synthesized: Synthesized;
  const stacks: LocalStack[] = [];
  const gateways: Gateway[] = [];
  let urls: Record<'the HTTP API' | 'the function alone', { up: string; down: string }>;

  beforeEach(({ skip }) => skip(withoutChromium !== undefined, withoutChromium));

  beforeAll(async () => {
    if (withoutChromium) return;
    [shop, stranger] = await Promise.all([servePage(), servePage()]);
    synthesized = await cdkSynth({ allowedOrigins: shop.origin });
    const start = async (environment: Record<string, string>) => {
      const stack = await startLocalStack({ assembly: synthesized.assembly, port: 0, environment });
      const alone = await serveAlone(stack);
      stacks.push(stack);
      gateways.push(alone);
      return { api: `${stack.url}/payments`, alone: `${alone.url}/payments` };
    };
    const up = await start({ PROVIDER_LATENCY_MS: '1000' });
    const down = await start({ IDEMPOTENCY_TABLE: 'no-such-table' });
    urls = {
      'the HTTP API': { up: up.api, down: down.api },
      'the function alone': { up: up.alone, down: down.alone },
    };
    browser = await chromium.launch(await chromiumOptions());
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    for (const gateway of gateways) await gateway.close();
    for (const stack of stacks) await stack.close();
    for (const page of [shop, stranger]) {
      if (!page) continue;
      page.server.close();
      page.server.closeAllConnections();
      await once(page.server, 'close');
    }
    await synthesized?.remove();
  });

  const open = async (origin: string): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1300, height: 700 } });
    await page.goto(origin);
    return page;
  };

  const pay = (page: Page, asked: string, url: string, key: string | undefined, body: unknown = payment) =>
    page.evaluate(([asked, url, key, body]) => globalThis.pay(asked, url, key, body), [asked, url, key, body] as const);

  it.each(['the HTTP API', 'the function alone'] as const)('reads every answer of %s', async (which) => {
    const { up, down } = urls[which];
    const page = await open(shop.origin);
    const key = crypto.randomUUID();

    const [one, other] = await Promise.all([pay(page, 'twice at once', up, key), pay(page, 'twice at once', up, key)]);
    const [first, running] = one.status === 201 ? [one, other] : [other, one];
    expect(first).toEqual({
      status: 201,
      retryAfter: null,
      replayed: null,
      body: { ...payment, paymentId: expect.any(String), attempt: 1, createdAt: expect.any(String) },
    });
    expect(running).toMatchObject({
      status: 409,
      retryAfter: expect.stringMatching(/^[1-9]\d*$/),
      replayed: null,
      body: {
        status: 409,
        code: 'IN_PROGRESS',
        retryable: true,
        title: expect.any(String),
        detail: expect.any(String),
      },
    });

    expect(await pay(page, 'once more', up, key)).toEqual({ ...first, replayed: 'true' });
    expect(await pay(page, 'another amount', up, key, { ...payment, amount: 1 })).toMatchObject({
      status: 422,
      body: { status: 422, code: 'PAYLOAD_MISMATCH' },
    });
    expect(await pay(page, 'no key', up, undefined)).toMatchObject({
      status: 400,
      body: { status: 400, code: 'ILLEGAL_ARGUMENT' },
    });
    expect(await pay(page, 'no amount', up, crypto.randomUUID(), { ...payment, amount: undefined })).toMatchObject({
      status: 400,
      body: { status: 400, detail: 'amount is missing.' },
    });
    expect(await pay(page, 'store is down', down, crypto.randomUUID())).toMatchObject({
      status: 503,
      retryAfter: expect.stringMatching(/^[1-9]\d*$/),
      body: { status: 503, code: 'STORE_UNAVAILABLE' },
    });
    await page.close();
  });

  it.each(['the HTTP API', 'the function alone'] as const)('that %s doesn’t know reads nothing', async (which) => {
    const page = await open(stranger.origin);
    const seen = await pay(page, 'from elsewhere', urls[which].up, crypto.randomUUID());
    expect(seen).toEqual({ unreadable: 'TypeError: Failed to fetch' });
    await page.close();
  });
});
