import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reasonToSkip } from '../support/machine.ts';
import { axeFindings, playStory, type Run, startRun, sumsOf } from './console-page.ts';

const withoutChromium = await reasonToSkip('chromium');

describe('the console, in short', () => {
  let run: Run;

  beforeEach(({ skip }) => skip(withoutChromium !== undefined, withoutChromium));

  beforeAll(async () => {
    if (!withoutChromium) run = await startRun();
  }, 120_000);

  afterAll(() => run?.close());

  it('shows a storm, and axe finds nothing on it, light and dark', async () => {
    const page = await run.open();
    const storm = await playStory(page, 'The storm');
    expect(await sumsOf(storm)).toEqual({
      'No protection': '20 requests · 20 runs · 20 charges',
      idempotencyKey: '21 requests · 1 run · 1 charge',
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeFindings(page)).toEqual([]);
    }
  }, 60_000);
});
