import { type Curve, drawAlarms, drawGraph, drawNumbers, drawText, type Size } from './draw-widget.ts';
import type { Series } from './figures.ts';
import type { AlarmRule, Line, Widget } from './read-dashboard.ts';

// CloudWatch lays its widgets out on a grid of 24 columns.
const columnPx = 50;
const rowPx = 50;
const gapPx = 8;

export interface Figures {
  figures: (line: Line) => Series;
  periods: number;
}

const sum = (series: Series): number => series.reduce<number>((total, value) => total + (value ?? 0), 0);

const clock = (period: number): string => `03:${String(period).padStart(2, '0')}`;

/** The dashboard as one picture, and which lines of it have no figures at all. */
export const drawDashboard = (
  widgets: readonly Widget[],
  alarms: readonly AlarmRule[],
  { figures, periods }: Figures,
): { svg: string; empty: string[] } => {
  const times = Array.from({ length: periods }, (_, period) => clock(period));
  const empty: string[] = [];

  /** As it is at the end of the time range. */
  const state = (id: string) => {
    const rule = alarms.find((alarm) => alarm.id === id);
    if (!rule) throw new Error(`The template has no alarm ${id}.`);
    return {
      name: rule.name,
      isOn: figures(rule.line)
        .slice(-rule.periods)
        .some((value) => (value ?? 0) >= rule.threshold),
    };
  };

  const draw = (widget: Widget, size: Size): string => {
    if (widget.kind === 'text') return drawText(widget.markdown, size);
    if (widget.kind === 'alarms') return drawAlarms(widget.title, widget.alarms.map(state), size);
    const curves: Curve[] = widget.lines.map((line) => ({ label: line.label, series: figures(line) }));
    empty.push(...curves.filter(({ series }) => sum(series) === 0).map(({ label }) => `${widget.title}: ${label}`));
    if (widget.kind === 'graph') return drawGraph(widget, curves, times, size);
    return drawNumbers(
      widget.title,
      curves.map(({ label, series }) => ({ label, value: sum(series) })),
    );
  };

  const boxes = widgets.map((widget) => {
    const x = widget.x * columnPx;
    const y = widget.y * rowPx;
    const size = { width: widget.width * columnPx - gapPx, height: widget.height * rowPx - gapPx };
    const frame = `<rect width="${size.width}" height="${size.height}" rx="6" fill="#fff" stroke="#d5dbdb"/>`;
    return `<svg x="${x + gapPx}" y="${y + gapPx}" width="${size.width}" height="${size.height}">${frame}${draw(widget, size)}</svg>`;
  });
  const width = 24 * columnPx + gapPx;
  const height = Math.max(...widgets.map(({ y, height }) => y + height)) * rowPx + gapPx;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title>The dashboard of IdempotencyMonitoring after a storm</title><rect width="100%" height="100%" fill="#f2f3f3"/>\n${boxes.join('\n')}\n</svg>\n`;
  return { svg, empty };
};
