import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reasonToSkip } from '../support/machine.ts';
import { axeFindings, playStory, type Run, startRun, sumsOf } from './console-page.ts';

const withoutChromium = await reasonToSkip('chromium');

/** What each story comes to, on the page, and how many items more are in the tables then. */
const stories = [
  {
    title: 'The storm',
    verdict: 'Without protection 20 charges; with the key 1 charge.',
    sums: {
      'No protection': '20 requests · 20 runs · 20 charges',
      idempotencyKey: '21 requests · 1 run · 1 charge',
    },
    more: { Payments: 21, Idempotency: 1 },
  },
  {
    title: 'The double charge',
    verdict: 'Without protection 2 charges for one order; with the key 1 charge.',
    sums: { 'No protection': '2 requests · 2 runs · 2 charges', idempotencyKey: '2 requests · 1 run · 1 charge' },
    ends: ['unanswered', 'done', 'unanswered', 'replayed'],
    more: { Payments: 3, Idempotency: 1 },
  },
  {
    title: 'Crash and takeover',
    verdict: 'Two runs, 1 charge; the last press was a replay.',
    sums: { idempotencyKey: '4 requests · 2 runs · 1 charge' },
    ends: ['killed', 'refused', 'done', 'replayed'],
    more: { Payments: 1, Idempotency: 1 },
  },
  {
    title: 'The zombie',
    verdict: 'Two runs, 1 charge; the zombie’s write was refused.',
    sums: { idempotencyKey: '3 requests · 2 runs · 1 charge' },
    ends: ['done', 'done', 'replayed'],
    more: { Payments: 1, Idempotency: 1 },
  },
  {
    title: 'The lost answer',
    verdict: 'Three payments, 3 charges; each ran once, and the last press was a replay.',
    sums: { idempotencyKey: '4 requests · 3 runs · 3 charges' },
    ends: ['done', 'done', 'done', 'replayed'],
    more: { Payments: 3, Idempotency: 3 },
  },
  {
    title: 'The checkout',
    verdict: 'One cart, two tries, 1 charge.',
    sums: {
      'The checkout: idempotencyKey': '2 requests · 1 run · 1 checkout',
      idempotencyKey: '1 request · 1 run · 1 charge',
    },
    more: { Payments: 1, Checkouts: 1, Idempotency: 2 },
  },
  {
    title: 'The same key, another amount',
    verdict: 'Ada’s payment and Ben’s: 2 charges. The changed amount was refused.',
    sums: { idempotencyKey: '3 requests · 2 runs · 2 charges' },
    ends: ['done', 'refused', 'done'],
    more: { Payments: 2, Idempotency: 2 },
  },
  {
    title: 'A token, used twice',
    verdict: 'Three presses with one token, 1 charge.',
    sums: { singleUseToken: '3 requests · 1 run · 1 charge', Others: '1 request' },
    // The token is an item until it is used up.
    more: { Payments: 1, Idempotency: 0 },
  },
  {
    title: 'An order number, twice',
    verdict: 'Without protection 20 orders; with uniqueIndex 1 order.',
    sums: { 'No protection': '20 requests · 20 runs · 20 orders', uniqueIndex: '20 requests · 20 runs · 1 order' },
    // The guard of the number lies with the orders.
    more: { Orders: 22, Payments: 0 },
  },
];

describe('the console', () => {
  let run: Run;

  beforeEach(({ skip }) => skip(withoutChromium !== undefined, withoutChromium));

  beforeAll(async () => {
    if (!withoutChromium) run = await startRun();
  }, 120_000);

  afterAll(() => run?.close());

  const countsOf = async (tables: readonly string[]): Promise<Record<string, number>> =>
    Object.fromEntries(
      await Promise.all(tables.map(async (name): Promise<[string, number]> => [name, (await run.items(name)).length])),
    );

  /** What the page says, waited for: it looks into the tables a moment after they have changed. */
  const untilCount = (page: Page, list: string, count: number) =>
    page.locator(`[data-list="${list}"] .count`, { hasText: new RegExp(`^${count}$`) }).waitFor();

  const ask = (command: string, body: object) =>
    fetch(`${run.stack.url}/_console/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it.each(stories)(
    'plays $title to its end, on the page and in the tables',
    async (story) => {
      const { title, verdict, sums, ends, more } = story;
      const page = await run.open();
      const before = await countsOf(Object.keys(more));
      const group = await playStory(page, title);

      expect(await group.locator('.verdict').innerText()).toBe(verdict);
      expect(await sumsOf(group)).toEqual(sums);
      if (ends) {
        const lanes = await group.locator('.lane').all();
        expect(await Promise.all(lanes.map((lane) => lane.getAttribute('data-end')))).toEqual(ends);
      }
      const after = await countsOf(Object.keys(more));
      expect(
        Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)])),
      ).toEqual(more);
      await untilCount(page, 'payments', (await run.items('Payments')).length);
      await untilCount(page, 'records', (await run.items('Idempotency')).length);
      await page.close();
    },
    90_000,
  );

  it('tells one lane’s story in words', async () => {
    const page = await run.open();
    const group = await playStory(page, 'The zombie');
    await group.locator('.lane-button').first().click();
    const story = await group.locator('.story').innerText();
    expect(story).toMatch(/claims the operation, as attempt 1.*The card is charged.*Its lease ends/s);
    expect(story).toMatch(/belongs to another run by now: nothing changes.*The caller gets 201/s);
    await page.close();
  }, 60_000);

  it('is used by the keyboard alone', async () => {
    const page = await run.open();
    const tabTo = async (selector: string) => {
      for (let steps = 0; steps < 80; steps += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      }
      throw new Error(`Tab does not lead to ${selector}`);
    };
    await tabTo('input[name="theme"]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');

    const before = await page.locator('.group').count();
    await tabTo('[data-story="changed-amount"]');
    expect(await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)).toBe('solid');
    await page.keyboard.press('Enter');
    await page.locator('.group').nth(before).waitFor({ state: 'attached' });
    await page.locator('.group').first().locator('.verdict').waitFor();
    await tabTo('.lane-button');
    await page.keyboard.press('Enter');
    await page.locator('.group').first().locator('.story').waitFor();
    await page.keyboard.press('Enter');
    expect(await page.locator('.story').count()).toBe(0);
    await page.close();
  }, 60_000);

  it('has nothing for axe to find, light and dark, wide and narrow, while a lease runs and a story is open', async () => {
    const page = await run.open();
    const group = await playStory(page, 'The lost answer');
    await group.locator('.lane-button').first().click();
    await ask('accidents', { provider: 'slow' });
    const slow = ask('press', { cure: 'key', times: 1, caller: 'Ada', order: 'o-axe', amount: 4200, key: 'k-axe' });
    await page.locator('[data-status="IN_PROGRESS"]').first().waitFor();
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await axeFindings(page)).toEqual([]);
      }
    }
    await slow;
    await ask('accidents', { provider: 'normal' });
    await page.close();
  }, 90_000);

  it.each([360, 760, 1000, 1240, 1600])(
    'has all in sight at %i px, without scrolling to the side',
    async (width) => {
      const page = await run.open({ viewport: { width, height: 800 } });
      await playStory(page, 'A token, used twice');
      const scrolls = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(scrolls).toBeLessThanOrEqual(0);
      await page.close();
    },
    60_000,
  );

  it('keeps still where motion is to be reduced', async () => {
    const page = await run.open({ reducedMotion: 'reduce' });
    await ask('accidents', { provider: 'slow' });
    const slow = ask('press', { cure: 'none', times: 1, caller: 'Ada', order: 'o-calm', amount: 4200 });
    const lanes = page.locator('.group').first().locator('.lanes');
    await page.locator('[data-end="live"]').waitFor();
    const steps = await lanes.evaluate(async (element) => {
      let seen = 0;
      new MutationObserver((found) => {
        seen += found.length;
      }).observe(element, { attributes: true });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return { seen, animations: document.getAnimations().length };
    });
    // Twice a second, each a change of the axis and of its now.
    expect(steps.seen).toBeLessThanOrEqual(12);
    expect(steps.animations).toBe(0);
    await slow;
    await ask('accidents', { provider: 'normal' });
    await page.close();
  }, 60_000);

  it('shows 500 requests; time goes on without that a lane is drawn again, and a click is answered', async () => {
    const page = await run.open();
    const answer = await ask('press', {
      cure: 'key',
      times: 499,
      caller: 'Ada',
      order: 'o-500',
      amount: 4200,
      key: 'k-500',
    });
    const { groupId } = (await answer.json()) as { groupId: string };
    const group = page.locator(`[data-group="${groupId}"]`);
    await group.locator('.lane:not([data-end="live"])').nth(498).waitFor({ state: 'attached' });

    await ask('accidents', { provider: 'slow' });
    const slow = ask('press', { cure: 'none', times: 1, caller: 'Ada', order: 'o-501', amount: 4200 });
    // Charged, it waits for the provider's answer: nothing happens to any lane meanwhile but time.
    await page.locator('[data-end="live"] .mark.charged').waitFor();
    const drawn = await page.evaluate(async () => {
      const changed = new Set<string>();
      const observer = new MutationObserver((found) => {
        for (const { target } of found) {
          if (target instanceof Element && target.closest('.lane')) changed.add(target.className);
        }
      });
      const groups = document.querySelector('#life') as Element;
      observer.observe(groups, { attributes: true, childList: true, subtree: true });
      await new Promise((resolve) => setTimeout(resolve, 500));
      observer.disconnect();
      return { changed: [...changed], lanes: document.querySelectorAll('.lane').length };
    });
    expect(drawn.lanes).toBeGreaterThanOrEqual(500);
    expect(drawn.changed).toEqual([]);
    await group.locator('.lane-button').nth(250).click({ timeout: 5000 });
    await group.locator('.story').waitFor({ timeout: 5000 });
    await slow;
    await ask('accidents', { provider: 'normal' });
    await page.close();
  }, 120_000);

  it('goes on by itself when the local run ends and is started again', async () => {
    const page = await run.open();
    await playStory(page, 'A token, used twice');
    await run.end();
    await page.getByText('The local run is gone.').waitFor();
    await run.startAgain();
    await page.getByText('live', { exact: true }).waitFor();
    // The new run knows nothing of the old one’s requests.
    await page.locator('.group').first().waitFor({ state: 'detached' });
    const group = await playStory(page, 'A token, used twice');
    expect(await sumsOf(group)).toMatchObject({ singleUseToken: '3 requests · 1 run · 1 charge' });
    await page.close();
  }, 90_000);
});
