import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColdStarts } from '../cold/cold-starts.ts';
import { type Kind, kinds } from '../cold/environments.ts';
import { concurrencies } from '../growth/load.ts';
import type { Samples } from '../interleave.ts';
import { overEmpty } from '../report/cold-start.ts';
import type { Measurements } from '../report/page.ts';
import { subjects, titles } from '../report/titles.ts';
import { mean } from '../statistics.ts';
import type { Subject } from '../subjects.ts';
import { type BarChart, barChart } from './bar-chart.ts';

const firstRequest = (samples: ColdStarts, isTls: boolean): BarChart => {
  const { over } = overEmpty(samples);
  const shown = (Object.keys(kinds) as Kind[]).filter(
    (kind) => kind !== 'empty' && kind !== 'middy' && kind !== 'node',
  );
  return {
    title: 'The first request of an environment',
    unit: `milliseconds beyond an empty handler${isTls ? ', over TLS' : ''}`,
    categories: shown.map((kind) => kinds[kind].title.replaceAll('`', '')),
    series: [{ name: 'first request', values: shown.map((kind) => over[kind]) }],
    digits: 1,
  };
};

const cpu = ({ latency }: Measurements): BarChart => {
  const paths: Record<string, Record<Subject, Samples>> = {
    'first call': latency.first,
    replay: latency.replay,
    'insert with remembered answer': latency.insert,
  };
  return {
    title: 'CPU time of a call',
    unit: 'to that with the peer',
    categories: Object.keys(paths),
    series: subjects.map((subject) => ({
      name: titles[subject],
      values: Object.values(paths).map((path) => mean(path[subject].cpuMicros) / mean(path.peer.cpuMicros)),
    })),
    digits: 2,
  };
};

const throughput = ({ growth }: Measurements): BarChart => ({
  title: 'First calls in one environment',
  unit: 'calls a second',
  categories: concurrencies.map(({ atOnce }) => `${atOnce} at once`),
  series: subjects.map((subject) => ({
    name: titles[subject],
    values: growth.load[subject].steps.map(({ msPerCall }) => 1000 / msPerCall),
  })),
  digits: 0,
});

export const chartsOf = (measured: Measurements): Record<string, BarChart> => {
  const { tls, plain } = measured.coldStarts;
  return {
    'first-request': firstRequest(tls ?? plain, tls !== undefined),
    cpu: cpu(measured),
    throughput: throughput(measured),
  };
};

/** Writes each chart for light pages and dark ones. */
export const writeCharts = async (measured: Measurements, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [name, chart] of Object.entries(chartsOf(measured))) {
    for (const theme of ['light', 'dark'] as const) {
      await writeFile(join(folder, `${name}-${theme}.svg`), `${barChart(chart, theme)}\n`);
    }
  }
};
