import type { Resources } from '../../infra/local/cloud-assembly.ts';
import { createResolver } from '../../infra/local/intrinsics.ts';

export interface StoredMetric {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  statistic: string;
}

/** A line of a graph: a stored metric, or a formula over some. */
export type Line = { label: string } & (
  | { metric: StoredMetric }
  | { expression: string; inputs: Readonly<Record<string, StoredMetric>> }
);

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Widget = Place &
  (
    | { kind: 'text'; markdown: string }
    | { kind: 'alarms'; title: string; alarms: string[] }
    | { kind: 'numbers' | 'graph'; title: string; axis: string; lines: Line[] }
  );

export interface AlarmRule {
  id: string;
  name: string;
  line: Line;
  threshold: number;
  periods: number;
}

interface MetricOptions {
  id?: string;
  label?: string;
  stat?: string;
  visible?: boolean;
  expression?: string;
}

interface RawWidget extends Place {
  type: string;
  properties: {
    title?: string;
    markdown?: string;
    view?: string;
    alarms?: string[];
    metrics?: [...string[], MetricOptions][];
    yAxis?: { left?: { label?: string } };
  };
}

const isAlarm = ({ Type }: { Type: string }): boolean => Type === 'AWS::CloudWatch::Alarm';

/** The widgets of the template's one dashboard, with the names that functions and tables have in the local run. */
export const readDashboard = (resources: Resources): Widget[] => {
  const [dashboard, ...others] = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
  if (!dashboard || others.length > 0) throw new Error('The template must have one dashboard.');
  const resolve = createResolver(resources);
  const body = dashboard.Properties['DashboardBody'] as { 'Fn::Join': [string, unknown[]] };
  const text = body['Fn::Join'][1]
    .map((part) => {
      const [alarm] = (part as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? [];
      return alarm && resources[alarm] && isAlarm(resources[alarm]) ? alarm : resolve(part, 'DashboardBody');
    })
    .join('');
  return (JSON.parse(text) as { widgets: RawWidget[] }).widgets.map(toWidget);
};

const toWidget = ({ type, x, y, width, height, properties }: RawWidget): Widget => {
  const { title = '', markdown = '', view, alarms = [], metrics = [], yAxis } = properties;
  const place = { x, y, width, height };
  if (type === 'text') return { ...place, kind: 'text', markdown };
  if (type === 'alarm') return { ...place, kind: 'alarms', title, alarms };
  if (type !== 'metric' || (view !== 'timeSeries' && view !== 'singleValue')) {
    throw new Error(`${title}: no widget of type ${type}, view ${view} is known here.`);
  }
  const kind = view === 'timeSeries' ? 'graph' : 'numbers';
  return { ...place, kind, title, axis: yAxis?.left?.label ?? '', lines: toLines(metrics) };
};

const toLines = (metrics: readonly [...string[], MetricOptions][]): Line[] => {
  const all = metrics.map((entry) => ({
    options: entry.at(-1) as MetricOptions,
    path: entry.slice(0, -1) as string[],
  }));
  const byId = new Map(all.flatMap(({ options, path }) => (options.id ? [[options.id, toMetric(path, options)]] : [])));
  return all.flatMap(({ options, path }): Line[] => {
    const { expression, label = path[1] ?? '', visible = true } = options;
    if (!visible) return [];
    return [expression === undefined ? { label, metric: toMetric(path, options) } : formula(label, expression, byId)];
  });
};

const toMetric = (
  [namespace = '', name = '', ...pairs]: string[],
  { stat = 'Average' }: MetricOptions,
): StoredMetric => ({
  namespace,
  name,
  dimensions: Object.fromEntries(
    Array.from({ length: pairs.length / 2 }, (_, index) => [pairs[2 * index] ?? '', pairs[2 * index + 1] ?? '']),
  ),
  statistic: stat,
});

const formula = (label: string, expression: string, known: ReadonlyMap<string, StoredMetric>): Line => ({
  label,
  expression,
  inputs: Object.fromEntries(
    [...expression.matchAll(/[a-z]\w*/g)].map(([id]) => {
      const metric = known.get(id);
      if (!metric) throw new Error(`${label}: no metric of the graph has the id ${id}.`);
      return [id, metric];
    }),
  ),
});

interface RawQuery {
  Id: string;
  Expression?: string;
  MetricStat?: {
    Metric: { Namespace: string; MetricName: string; Dimensions?: { Name: string; Value: string }[] };
    Stat: string;
  };
}

/** The alarms of a template; each watches one formula. */
export const readAlarms = (resources: Resources): AlarmRule[] => {
  const resolve = createResolver(resources);
  return Object.entries(resources)
    .filter(([, resource]) => isAlarm(resource))
    .map(([id, { Properties }]) => {
      const queries = resolve(Properties['Metrics'], `${id}.Properties.Metrics`) as RawQuery[];
      const expression = queries.find((query) => query.Expression !== undefined)?.Expression ?? '';
      const known = new Map(
        queries.flatMap(({ Id, MetricStat }): [string, StoredMetric][] => {
          if (!MetricStat) return [];
          const { Namespace, MetricName, Dimensions = [] } = MetricStat.Metric;
          const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
          return [[Id, { namespace: Namespace, name: MetricName, dimensions, statistic: MetricStat.Stat }]];
        }),
      );
      return {
        id,
        name: id.replace(/^Monitoring|[0-9A-F]{8}$/g, ''),
        line: formula(id, expression, known),
        threshold: Number(Properties['Threshold']),
        periods: Number(Properties['EvaluationPeriods']),
      };
    });
};
