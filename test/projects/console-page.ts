import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { cdkSynth } from '../../infra/local/cdk-synth.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { chromiumOptions } from '../support/chromium.ts';
import { openDatabase } from '../support/dynamodb.ts';

/** A local run with its console, and a browser. */
export interface Run {
  readonly stack: LocalStack;
  browser: Browser;
  open(options?: Parameters<Browser['newPage']>[0]): Promise<Page>;
  /** Ends the local run, and starts another one at the same place. */
  end(): Promise<void>;
  startAgain(): Promise<void>;
  items(table: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export const startRun = async (): Promise<Run> => {
  const { assembly, remove } = await cdkSynth();
  const port = await freePort();
  const start = () => startLocalStack({ assembly, port, console: true });
  let stack = await start();
  const browser = await chromium.launch(await chromiumOptions());
  return {
    get stack() {
      return stack;
    },
    browser,
    async open(options = {}) {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
      await page.goto(`${stack.url}/_console`);
      await page.getByText('live', { exact: true }).waitFor();
      return page;
    },
    end: () => stack.close(),
    async startAgain() {
      stack = await start();
    },
    items(table) {
      const name = Object.entries(stack.tables).find(([logicalId]) => logicalId.startsWith(table))?.[1] ?? '';
      return openDatabase(stack.endpoint).items(name);
    },
    async close() {
      await browser.close();
      await stack.close();
      await remove();
    },
  };
};

/** Plays a story by its button, and gives its group when it has ended. */
export const playStory = async (page: Page, title: string): Promise<Locator> => {
  const newest = page.locator('.group').first();
  const before = (await newest.count()) === 0 ? 'none' : await newest.getAttribute('data-group');
  await page.getByRole('button', { name: title }).click();
  await page.locator(`#life > .group:first-of-type:not([data-group="${before}"])`).waitFor();
  const group = page.locator(`[data-group="${await newest.getAttribute('data-group')}"]`);
  await group.locator('.verdict').waitFor({ timeout: 60_000 });
  return group;
};

/** What each cure of a group came to: `20 requests · 20 runs · 20 charges`, by its name. */
export const sumsOf = async (group: Locator): Promise<Record<string, string>> => {
  const tracks = await group.locator('.track').all();
  const entries = tracks.map(
    async (track): Promise<[string, string]> => [
      await track.locator('.track-head strong').innerText(),
      await track.locator('.track-sum').innerText(),
    ],
  );
  return Object.fromEntries(await Promise.all(entries));
};

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, each with where. */
export const axeFindings = async (page: Page): Promise<string[]> => {
  // The page's own rules keep scripts of others out; what the browser's debugger evaluates is none of these.
  await page.evaluate(axeSource);
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>('axe.run().then((r) => r.violations)');
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
};
