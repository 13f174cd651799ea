import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { startLocalStack } from '../../infra/local/local-stack.ts';
import { chromiumOptions } from '../../test/support/chromium.ts';
import { indexedPng, type Pixels } from './indexed-png.ts';

type Read = { width: number; height: number; base64: string };

/** The browser reads its own pictures: Node can't. */
const pixelsOf = async (browser: Browser, png: Buffer): Promise<Pixels> => {
  const page = await browser.newPage();
  const { width, height, base64 } = await page.evaluate<Read>(`(${readPng})('${png.toString('base64')}')`);
  await page.close();
  return { width, height, rgba: Buffer.from(base64, 'base64') };
};

const readPng = `async (png) => {
  const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext('2d');
  canvas.drawImage(bitmap, 0, 0);
  return { width, height, base64: new Uint8Array(canvas.getImageData(0, 0, width, height).data).toBase64() };
}`;

/** Plays the storm at a local run, and takes the pictures of the console that README shows. */
const stack = await startLocalStack({ assembly: 'cdk.out', port: 0, console: true });
const browser = await chromium.launch(await chromiumOptions());
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1215 } });
  await page.goto(`${stack.url}/_console`);
  await page.getByRole('button', { name: 'The storm' }).click();
  await page.locator('.verdict').waitFor();
  await page.mouse.move(0, 0);
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    const picture = indexedPng(await pixelsOf(browser, await page.screenshot()));
    await writeFile(join(import.meta.dirname, `console-${theme}.png`), picture);
  }
} finally {
  await browser.close();
  await stack.close();
}
