import { init } from 'echarts';

export type Theme = 'light' | 'dark';

export interface BarChart {
  title: string;
  /** What the numbers are. */
  unit: string;
  categories: readonly string[];
  series: readonly { name: string; values: readonly number[] }[];
  /** How many digits stand after the point. */
  digits: number;
}

/** Told apart with any kind of sight, on either background. */
const colors = { light: ['#0b6fb8', '#0f9d76', '#9a9a9a'], dark: ['#5fb2ee', '#43cfa4', '#8b8b8b'] } as const;
const ink = { light: { text: '#1f2328', line: '#d1d9e0' }, dark: { text: '#e6edf3', line: '#3d444d' } } as const;

const width = 860;
const barHeight = 18;
const fontFamily = 'system-ui, sans-serif';

/** There is no canvas to measure texts on: at most this, in the fonts of any system. */
const widthOf = (texts: readonly string[]): number => 12 + 7 * Math.max(...texts.map(({ length }) => length));

/** Horizontal bars, as the text of an SVG without a background, for a page of that theme. */
export const barChart = ({ title, unit, categories, series, digits }: BarChart, theme: Theme): string => {
  const { text, line } = ink[theme];
  const isSingle = series.length === 1;
  const height = 110 + categories.length * (barHeight * series.length + 14);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    animation: false,
    color: [...colors[theme]],
    textStyle: { color: text, fontFamily },
    title: {
      text: title,
      subtext: unit,
      left: 0,
      textStyle: { color: text, fontSize: 16 },
      subtextStyle: { color: text },
    },
    ...(!isSingle && {
      legend: { right: 40, top: 0, itemGap: 60, textStyle: { color: text } },
    }),
    grid: { left: widthOf(categories), right: 60, top: 66, bottom: 28 },
    xAxis: { type: 'value', axisLabel: { color: text }, splitLine: { lineStyle: { color: line } } },
    yAxis: {
      type: 'category',
      inverse: true,
      data: [...categories],
      axisLabel: { color: text },
      axisTick: { show: false },
    },
    series: series.map(({ name, values }) => ({
      type: 'bar',
      emphasis: { disabled: true },
      name,
      data: [...values],
      barMaxWidth: barHeight,
      label: {
        show: true,
        position: 'right',
        color: text,
        formatter: ({ value }: { value: unknown }) => Number(value).toFixed(digits),
      },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
};
