import { describe, expect, it } from 'vitest';
import { barChart } from '../../bench/charts/bar-chart.ts';

const chart = {
  title: 'CPU & time',
  unit: 'to that with the peer',
  categories: ['first call', 'replay <again>'],
  series: [
    { name: 'ours', values: [0.5, 0.25] },
    { name: 'the peer', values: [1, 1] },
  ],
  digits: 2,
};

const tag = /<(\/?)([\w:]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g;

/** Every element ends, and no text or attribute holds what is markup. */
const isWellFormed = (svg: string): boolean => {
  const markup = svg.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  const open: string[] = [];
  for (const [, end, name = '', isClosed] of markup.matchAll(tag)) {
    if (end && open.pop() !== name) return false;
    if (!end && !isClosed) open.push(name);
  }
  return open.length === 0 && !markup.replace(tag, '').includes('<');
};

describe('a chart', () => {
  it.each(['light', 'dark'] as const)('is an image that stands alone, with all its names and numbers: %s', (theme) => {
    const svg = barChart(chart, theme);
    expect(isWellFormed(svg)).toBe(true);
    for (const text of ['CPU &amp; time', 'replay &lt;again&gt;', 'ours', 'the peer', '0.50', '0.25', '1.00']) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).not.toMatch(/href|<script|@import/);
  });

  it('is drawn for its background', () => {
    expect(barChart(chart, 'light')).not.toBe(barChart(chart, 'dark'));
  });
});
