import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { indexedPng } from '../../../docs/pictures/indexed-png.ts';

const root = join(import.meta.dirname, '../../..');

/** The colours of each pixel, of a PNG as `indexedPng` writes it. */
const coloursOf = (png: Buffer): number[] => {
  const width = png.readUInt32BE(16);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const palette = chunks.get('PLTE') ?? Buffer.alloc(0);
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  return [...rows].flatMap((index, at) => (at % (width + 1) === 0 ? [] : [palette.readUIntBE(index * 3, 3)]));
};

const pixels = (...colours: number[]): Buffer =>
  Buffer.concat(colours.map((colour) => Buffer.from([colour >> 16, (colour >> 8) & 255, colour & 255, 255])));

test('a picture of few colours keeps each of them', () => {
  const colours = [0xff0000, 0x00ff00, 0x0000ff, 0x102030, 0xff0000, 0xffffff];
  expect(coloursOf(indexedPng({ width: 3, height: 2, rgba: pixels(...colours) }))).toEqual(colours);
});

test('one of more than 256 takes the nearest of the most frequent ones', () => {
  const rare = 0x0000ff;
  const frequent = Array.from({ length: 256 }, (_, index) => index * 256).flatMap((colour) => [colour, colour]);
  const found = coloursOf(indexedPng({ width: 513, height: 1, rgba: pixels(...frequent, rare) }));
  expect(found.slice(0, -1)).toEqual(frequent);
  expect(found.at(-1)).toBe(0);
});

test.each(['light', 'dark'])('README shows a small picture of the console, %s', async (theme) => {
  const path = `docs/pictures/console-${theme}.png`;
  expect(await readFile(join(root, 'README.md'), 'utf8')).toContain(path);
  expect((await readFile(join(root, path))).length).toBeLessThan(150_000);
});
