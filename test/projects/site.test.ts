import { once } from 'node:events';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../infra/local/listen.ts';
import { chromiumOptions } from '../support/chromium.ts';
import { root, run } from '../support/consumer.ts';
import { reasonToSkip } from '../support/machine.ts';

const withoutChromium = await reasonToSkip('chromium');
const site = join(root, 'docs/site/.vitepress/dist');

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** Serves the files, pages without `.html` in their addresses. */
const serveSite = (): Server =>
  createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const path = join(site, pathname.endsWith('/') ? `${pathname}index` : pathname);
    const file = extname(path) === '' ? `${path}.html` : path;
    const content = await readFile(file).catch(() => undefined);
    response.writeHead(content ? 200 : 404, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(content);
  });

describe('the site that npm run docs builds', () => {
  let browser: Browser;
  let server: Server;
  let origin: string;

  beforeEach(({ skip }) => skip(withoutChromium !== undefined, withoutChromium));

  beforeAll(async () => {
    if (withoutChromium) return;
    await run('npm', ['run', 'docs'], { cwd: root });
    server = serveSite();
    origin = `http://127.0.0.1:${await listenOnLoopback(server, 0)}`;
    browser = await chromium.launch(await chromiumOptions());
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    if (!server) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  const open = async (path: string): Promise<{ page: Page; missing: string[] }> => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    const missing: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) missing.push(response.url());
    });
    await page.goto(`${origin}/${path}`, { waitUntil: 'networkidle' });
    return { page, missing };
  };

  it('shows every page on a telephone, and lacks nothing that it asks for', async () => {
    const pages = globSync('*.html', { cwd: site }).map((file) => file.replace(/(index)?\.html$/, ''));
    expect(pages.length).toBeGreaterThan(40);
    for (const path of pages) {
      const { page, missing } = await open(path);
      expect(missing, path).toEqual([]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(390);
      await page.close();
    }
  }, 600_000);

  it('has an icon', async () => {
    const { page } = await open('');
    const icon = await page.getAttribute('link[rel=icon]', 'href');
    expect((await fetch(new URL(icon ?? 'no icon', origin))).headers.get('content-type')).toBe('image/svg+xml');
    await page.close();
  });

  it.each(['start', 'architecture'])('draws the diagrams of %s, and never an error in their place', async (path) => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      new MutationObserver(() => {
        if (document.querySelector('svg[aria-roledescription=error]')) document.documentElement.dataset['failed'] = '';
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(`${origin}/${path}`, { waitUntil: 'networkidle' });
    await page.waitForSelector('svg[aria-roledescription]:not([aria-roledescription=error])');
    expect(await page.getAttribute('html', 'data-failed')).toBeNull();
    await page.close();
  });
});
