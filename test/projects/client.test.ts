import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cdkSynth, type Synthesized } from '../../infra/local/cdk-synth.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { chromiumOptions } from '../support/chromium.ts';
import { root } from '../support/consumer.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { openDatabase } from '../support/dynamodb.ts';
import { reasonToSkip } from '../support/machine.ts';

const withoutChromium = await reasonToSkip('chromium');

/** The client as a page loads it. */
const bundleClient = async (): Promise<string> => {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { ClientError, idempotentFetch, indexedDBKeys } from '${join(root, 'functions/idempotency/entries/client.ts')}'`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};

/** A dedicated or a service worker, which pays for the order that it is told, and tells what came of it. */
const worker = `
  import { idempotentFetch, indexedDBKeys } from '/client.js';
  const pay = idempotentFetch({ keys: indexedDBKeys() });
  const payOrder = async (orderId) => {
    const response = await pay('/payments', {
      intention: 'pay order ' + orderId,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ orderId, userId: 'u-1', amount: 4200, currency: 'EUR' }),
    });
    return 'Paid: ' + (await response.json()).paymentId;
  };
  self.onmessage = (event) => {
    const paying = payOrder(event.data).then((text) => (event.source ?? self).postMessage(text));
    event.waitUntil?.(paying);
  };`;

describe('the page of docs/client.md', () => {
  let synthesized: Synthesized;
  let stack: LocalStack;
  let proxy: CuttingProxy;
  let profile: string;
  let browser: BrowserContext;

  beforeEach(({ skip }) => skip(withoutChromium !== undefined, withoutChromium));

  const launch = async (): Promise<BrowserContext> =>
    // Two tabs are two processes, as they are for users.
    chromium.launchPersistentContext(profile, await chromiumOptions('--process-per-tab'));

  beforeAll(async () => {
    if (withoutChromium) return;
    profile = await mkdtemp(join(tmpdir(), 'profile-'));
    synthesized = await cdkSynth();
    stack = await startLocalStack({
      assembly: synthesized.assembly,
      port: 0,
      environment: { PROVIDER_LATENCY_MS: '1000' },
    });
    proxy = await startCuttingProxy(stack.url, {
      '/': { type: 'text/html', content: await readFile(join(root, 'docs/examples/pay-page.html'), 'utf8') },
      '/favicon.ico': { type: 'image/x-icon', content: '' },
      '/client.js': { type: 'text/javascript', content: await bundleClient() },
      '/worker.js': { type: 'text/javascript', content: worker },
    });
    browser = await launch();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await stack?.close();
    await synthesized?.remove();
    if (profile) await rm(profile, { recursive: true, force: true });
  });

  const open = async (orderId: string): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(`${proxy.url}/?order=${orderId}`);
    return page;
  };

  const click = (page: Page) => page.getByRole('button').click();

  const paid = async (page: Page): Promise<string> => {
    let shown: string | null = null;
    const read = async () => {
      shown = await page.locator('output').textContent();
      return shown;
    };
    await expect.poll(read, { timeout: 20_000 }).toMatch(/^Paid: /);
    // What was read then: a second click may be about to say that it is paying.
    return shown ?? '';
  };

  const paymentsOf = async (orderId: string) => {
    const table = Object.entries(stack.tables).find(([logicalId]) => logicalId.startsWith('Payments'))?.[1] ?? '';
    return (await openDatabase(stack.endpoint).items(table)).filter((item) => item['orderId'] === orderId);
  };

  /** One payment, which all of these show, by one key. */
  const expectOnePayment = async (orderId: string, ...shown: readonly string[]) => {
    const payments = await paymentsOf(orderId);
    expect(payments).toHaveLength(1);
    expect(new Set(shown)).toEqual(new Set([`Paid: ${payments[0]?.['paymentId']}`]));
    expect(new Set(proxy.passages.map(({ key }) => key)).size).toBe(1);
  };

  const whenForwarded = (count: number) =>
    expect.poll(() => proxy.passages.filter(({ cut }) => cut !== 'before').length, { timeout: 10_000 }).toBe(count);

  it('G230: pays once when the connection is cut before the request, after it, within the answer', async () => {
    proxy.plan('before', 'after', 'within', 'before');
    const page = await open('o-cut');
    await click(page);
    await expectOnePayment('o-cut', await paid(page));
    expect(proxy.passages.length).toBeGreaterThanOrEqual(5);
    await page.close();
  });

  it('G230: pays once when the page is reloaded in the middle, and when it has been paid', async () => {
    proxy.plan('after');
    const page = await open('o-reload');
    await click(page);
    await whenForwarded(1);
    await page.reload();
    await click(page);
    const first = await paid(page);
    await page.reload();
    await click(page);
    await expectOnePayment('o-reload', first, await paid(page));
    await page.close();
  });

  it('G230: pays once when the browser is closed in the middle, and started again', { timeout: 60_000 }, async () => {
    proxy.plan();
    const page = await open('o-close');
    await click(page);
    await whenForwarded(1);
    await browser.close();
    browser = await launch();
    const again = await open('o-close');
    await click(again);
    await expectOnePayment('o-close', await paid(again));
    await again.close();
  });

  it('G230: pays once when it is opened twice, and both are clicked twice at the same time', async () => {
    proxy.plan('after', 'before');
    const pages = await Promise.all([open('o-twice'), open('o-twice')]);
    await Promise.all([...pages, ...pages].map(click));
    await expectOnePayment('o-twice', ...(await Promise.all(pages.map(paid))));
    await Promise.all(pages.map((page) => page.close()));
  });

  it('says that it is not paid when it is refused', async () => {
    proxy.plan();
    const page = await open('');
    await click(page);
    await expect.poll(() => page.locator('output').textContent()).toMatch(/^Not paid: orderId/);
    expect(proxy.passages).toMatchObject([{ status: 400 }]);
    await page.close();
  });

  it('G233: tabs that begin at the same time agree on every key', { timeout: 60_000 }, async () => {
    const pages = await Promise.all(Array.from({ length: 4 }, () => open('o-agree')));
    const keysOf = (page: Page): Promise<string[]> =>
      page.evaluate(`(async () => {
        const { indexedDBKeys } = await import('/client.js');
        const keys = indexedDBKeys('agree');
        const found = [];
        for (let index = 0; index < 200; index += 1) {
          const fresh = { key: crypto.randomUUID(), print: 'p', untilMs: 1 };
          found.push((await keys.update(\`pay \${index}\`, (stored) => stored ?? fresh)).key);
        }
        return found;
      })()`);
    const all = await Promise.all(pages.map(keysOf));
    expect(new Set(all.map((keys) => keys.join())).size).toBe(1);
    expect(new Set(all[0]).size).toBe(200);
    await Promise.all(pages.map((page) => page.close()));
  });

  /** What a worker of the page says of an order. */
  const paidByWorker = (page: Page, orderId: string): Promise<string> =>
    page.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker('/worker.js', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage('${orderId}');
    })`);

  const paidByServiceWorker = (page: Page, orderId: string): Promise<string> =>
    page.evaluate(`(async () => {
      await navigator.serviceWorker.register('/worker.js', { type: 'module' });
      const { active } = await navigator.serviceWorker.ready;
      const answered = new Promise((resolve) => {
        navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
      });
      active.postMessage('${orderId}');
      return answered;
    })()`);

  it('G266: a page, its worker and its service worker pay once between them', { timeout: 60_000 }, async () => {
    proxy.plan('after', 'before');
    const page = await open('o-workers');
    const [, ...shown] = await Promise.all([
      click(page),
      paidByWorker(page, 'o-workers'),
      paidByServiceWorker(page, 'o-workers'),
    ]);
    await expectOnePayment('o-workers', ...shown, await paid(page));
    await page.close();
  });

  it('G266: a service worker that is stopped in the middle goes on when it is asked again', {
    timeout: 60_000,
  }, async () => {
    proxy.plan('after');
    const page = await open('o-stopped');
    void paidByServiceWorker(page, 'o-stopped').catch(() => undefined); // it never answers
    await whenForwarded(1);
    const devtools = await browser.newCDPSession(page);
    await devtools.send('ServiceWorker.enable');
    await devtools.send('ServiceWorker.stopAllWorkers');
    await expectOnePayment('o-stopped', await paidByServiceWorker(page, 'o-stopped'));
    await page.close();
  });

  it('localStorage is no store: under a Web Lock too, one tab reads what was there before another has written', {
    timeout: 120_000,
  }, async () => {
    const pages = await Promise.all(Array.from({ length: 4 }, () => open('o-local')));
    const keysOf = (page: Page, round: number): Promise<string> =>
      page.evaluate(`(async () => {
        const found = [];
        for (let index = 0; index < 400; index += 1) {
          const name = 'pay ${round} ' + index;
          found.push(await navigator.locks.request(name, async () => {
            if (!localStorage.getItem(name)) localStorage.setItem(name, crypto.randomUUID());
            return localStorage.getItem(name);
          }));
        }
        return found.join();
      })()`);
    for (let round = 0, agreed = true; agreed; round += 1) {
      agreed = new Set(await Promise.all(pages.map((page) => keysOf(page, round)))).size === 1;
    }
    await Promise.all(pages.map((page) => page.close()));
  });
});
