import type { AtCodec } from '../growth/codecs.ts';
import { concurrencies, endurance, type Load } from '../growth/load.ts';
import type { RecordsGrowth } from '../growth/records.ts';
import type { ResultsGrowth } from '../growth/results.ts';
import type { Samples } from '../interleave.ts';
import { mean, median } from '../statistics.ts';
import type { Subject } from '../subjects.ts';
import { type Cell, fixed, grouped, table, verdict } from './markdown.ts';
import { subjects, titles } from './titles.ts';

const heapGrowthTargetMb = 2;

export interface Growth {
  records: RecordsGrowth;
  results: ResultsGrowth;
  codecs: readonly AtCodec[];
  load: Record<Subject, Load>;
}

interface AtSize {
  first: Record<Subject, Samples>;
  replay: Record<Subject, Samples>;
}

const paths = { first: 'first call', replay: 'replay' } as const;

/** A row for each path and subject, from its samples at each size. */
const rows = (sizes: readonly AtSize[], cells: (samples: Samples[]) => Cell[]): Cell[][] =>
  (['first', 'replay'] as const).flatMap((path) =>
    subjects.map((name) => [paths[path], titles[name], ...cells(sizes.map((size) => size[path][name]))]),
  );

const latencyOf = ({ latencyMs }: Samples): number => median(latencyMs);

const recordsPart = ({ limits, sizes }: RecordsGrowth): string => `### Records in the table

The median latency in milliseconds of ${limits.rounds} calls on a table that holds so many records, and the last to the first: 1 is flat. What
grows here is the time of the engine.

${table(
  ['path', 'subject', ...sizes.map(({ records }) => grouped(records)), 'last to first'],
  rows(sizes, (samples) => {
    const latencies = samples.map(latencyOf);
    return [
      ...latencies.map((ms) => fixed(ms, 2)),
      fixed((latencies.at(-1) ?? Number.NaN) / (latencies[0] ?? Number.NaN), 2),
    ];
  }),
)}`;

/** Of the lean client's CPU for a first call to the peer's, by bytes of the answer. */
const leanCpuTargets: Readonly<Record<number, number>> = { 100000: 0.7, 330000: 0.95 };

const cpuOf = ({ cpuMicros }: Samples): number => mean(cpuMicros);

const resultsPart = ({ limits, sizes }: ResultsGrowth, codecs: readonly AtCodec[]): string => `### Bytes of the answer

Medians of ${limits.rounds} calls: milliseconds / microseconds of CPU. The body is JSON in part repetitive, in part random (identifiers and
amounts). This library compresses it where that saves a write unit; the peer stores it as it is.

${table(
  ['path', 'subject', ...sizes.map(({ bytes }) => grouped(bytes))],
  rows(sizes, (samples) =>
    samples.map((sample) => `${fixed(latencyOf(sample), 2)} / ${grouped(Math.round(median(sample.cpuMicros)))}`),
  ),
)}

Mean CPU of a first call with the lean client, to the peer's:

${table(
  sizes.map(({ bytes }) => grouped(bytes)),
  [
    sizes.map(({ bytes, first }) => {
      const ratio = cpuOf(first.lean) / cpuOf(first.peer);
      const target = leanCpuTargets[bytes];
      return target === undefined ? fixed(ratio, 2) : `${fixed(ratio, 2)}, ${verdict(ratio, target)}`;
    }),
  ],
)}

The codecs by themselves, for the same bodies: bytes that are left, and microseconds to compress / to inflate.

${table(
  ['codec', ...(codecs[0]?.sizes ?? []).map(({ bytes }) => grouped(bytes))],
  codecs.map(({ codec, sizes: at }) => [
    codec,
    ...at.map(
      ({ compressed, compressMicros, inflateMicros }) =>
        `${grouped(compressed)}: ${fixed(compressMicros, 0)} / ${fixed(inflateMicros, 0)}`,
    ),
  ]),
)}`;

const mb = (bytes: number): string => fixed(bytes / 1e6, 1);

const loadPart = (load: Record<Subject, Load>): string => `### Requests at once in one environment

First calls in a process of its own, which holds the bundle: milliseconds a call / MB of heap in use after a garbage collection.

${table(
  ['subject', ...concurrencies.map(({ atOnce }) => `${atOnce} at once`)],
  subjects.map((name) => [
    titles[name],
    ...load[name].steps.map(({ msPerCall, heapBytes }) => `${fixed(msPerCall, 2)} / ${mb(heapBytes)}`),
  ]),
)}

Then ${grouped(endurance.calls)} more, ${endurance.atOnce} at once, in the same process: MB of heap.

${table(
  ['subject', 'before', 'after', 'growth', 'target'],
  subjects.map((name) => {
    const { beforeEndurance, afterEndurance } = load[name];
    const growth = afterEndurance - beforeEndurance;
    const target = name === 'peer' ? '' : verdict(growth / 1e6, heapGrowthTargetMb, ' MB');
    return [titles[name], mb(beforeEndurance), mb(afterEndurance), mb(growth), target];
  }),
)}`;

export const growthSection = ({ records, results, codecs, load }: Growth): string =>
  ['## Growth', recordsPart(records), resultsPart(results, codecs), loadPart(load)].join('\n\n');
