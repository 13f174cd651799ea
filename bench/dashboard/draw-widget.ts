import { init } from 'echarts';
import type { Series } from './figures.ts';
import type { Widget } from './read-dashboard.ts';

export interface Size {
  width: number;
  height: number;
}

export interface Curve {
  label: string;
  series: Series;
}

// CloudWatch's own colours.
const colours = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
  '#bcbd22',
  '#17becf',
];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const bold = 'font-weight="bold" fill="#16191f"';
const white = 'fill="#fff"';

const text = (x: number, y: number, size: number, content: string, more = 'fill="#16191f"'): string =>
  `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}" ${more}>${escaped(content)}</text>`;

const titled = (title: string, content: string): string => `${text(14, 24, 14, title, bold)}${content}`;

export const drawGraph = (
  { title, axis }: Extract<Widget, { kind: 'numbers' | 'graph' }>,
  curves: readonly Curve[],
  times: readonly string[],
  size: Size,
): string => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  chart.setOption({
    animation: false,
    color: colours,
    textStyle: { fontFamily: 'sans-serif' },
    title: { text: title, left: 14, top: 8, textStyle: { fontSize: 14, color: '#16191f' } },
    grid: { left: 56, right: 20, top: 62, bottom: 76 },
    legend: {
      bottom: 6,
      left: 14,
      right: 14,
      itemWidth: 14,
      itemHeight: 8,
      icon: 'roundRect',
      textStyle: { fontSize: 11 },
    },
    xAxis: { type: 'category', data: times, boundaryGap: false, axisLabel: { fontSize: 11 } },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: axis === 'ms' ? 0 : 1,
      name: axis,
      nameTextStyle: { fontSize: 11, align: 'left' },
      axisLabel: { fontSize: 11 },
    },
    series: curves.map(({ label, series }) => ({
      name: label,
      type: 'line',
      data: series.map((value, index) => ({
        value: value ?? '-',
        // No line leads to it.
        symbol: series[index - 1] === undefined && series[index + 1] === undefined ? 'circle' : 'none',
      })),
      symbolSize: 4,
      lineStyle: { width: 1.5 },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg.replaceAll(/\d+\.\d{2,}/g, (number) => Number(number).toFixed(1));
};

export const drawNumbers = (title: string, numbers: readonly { label: string; value: number }[]): string =>
  titled(
    title,
    numbers
      .map(({ label, value }, index) => {
        const x = 14 + index * 220;
        return text(x, 78, 36, value.toLocaleString('en')) + text(x, 104, 12, label);
      })
      .join(''),
  );

export const drawAlarms = (
  title: string,
  alarms: readonly { name: string; isOn: boolean }[],
  { width }: Size,
): string =>
  titled(
    title,
    alarms
      .map(({ name, isOn }, index) => {
        const each = (width - 28) / alarms.length;
        const x = 14 + index * each;
        const box = `<rect x="${x}" y="36" width="${each - 10}" height="44" rx="4" fill="${isOn ? '#d13212' : '#1d8102'}"/>`;
        return box + text(x + 10, 55, 12, name, white) + text(x + 10, 71, 11, isOn ? 'In alarm' : 'OK', white);
      })
      .join(''),
  );

export const drawText = (markdown: string, { width }: Size): string => {
  const perLine = Math.floor((width - 28) / 6.4);
  let y = 14;
  return markdown
    .split('\n')
    .flatMap((line) => {
      const heading = line.startsWith('# ');
      const words = line.replace('# ', '').match(new RegExp(`.{1,${perLine}}(\\s|$)`, 'g')) ?? [];
      return words.map((part) => {
        y += heading ? 20 : 18;
        return text(14, y, heading ? 18 : 12, part, heading ? bold : undefined);
      });
    })
    .join('');
};
