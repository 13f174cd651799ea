import type { Samples } from '../interleave.ts';
import type { FloorName, Latency } from '../latency.ts';
import { mean, median } from '../statistics.ts';
import type { Subject } from '../subjects.ts';
import { type Cell, fixed, table, verdict } from './markdown.ts';
import { subjects, titles } from './titles.ts';

const aboveTarget = 0.5;
const leanTotalTargets = { first: 0.43, replay: 0.45 };

interface Cpu {
  mean: number;
  median: number;
}

const cpuOf = ({ cpuMicros }: Samples): Cpu => ({ mean: mean(cpuMicros), median: median(cpuMicros) });

const above = (total: Cpu, floor: Cpu): Cpu => ({ mean: total.mean - floor.mean, median: total.median - floor.median });

const cells = (own: Cpu, peer: Cpu): Cell[] => [
  fixed(own.mean, 0),
  fixed(own.median, 0),
  fixed(own.mean / peer.mean, 2),
  fixed(own.median / peer.median, 2),
];

const totals = (
  path: string,
  samples: Record<Subject, Samples> & Partial<Record<FloorName, Samples>>,
  targets: Partial<Record<Subject, number>> = {},
): Cell[][] => {
  const peer = cpuOf(samples.peer);
  return [...subjects, 'sdkFloor' as const, 'leanFloor' as const].flatMap((name) => {
    const own = samples[name];
    if (!own) return [];
    const cpu = cpuOf(own);
    const target = name === 'sdkFloor' || name === 'leanFloor' ? undefined : targets[name];
    return [
      [path, titles[name], ...cells(cpu, peer), target === undefined ? '' : verdict(cpu.mean / peer.mean, target)],
    ];
  });
};

const floorOf = { ours: 'sdkFloor', lean: 'leanFloor', peer: 'sdkFloor' } as const satisfies Record<Subject, FloorName>;

const aboveFloor = (path: string, samples: Record<Subject | FloorName, Samples>): Cell[][] => {
  const aboveOf = (name: Subject): Cpu => above(cpuOf(samples[name]), cpuOf(samples[floorOf[name]]));
  const peer = aboveOf('peer');
  return subjects.map((name) => {
    const own = aboveOf(name);
    return [path, titles[name], ...cells(own, peer), name === 'peer' ? '' : verdict(own.mean / peer.mean, aboveTarget)];
  });
};

const columns = ['path', 'subject', 'mean', 'median', "mean to the peer's", "median to the peer's", 'target'] as const;

export const cpuSection = ({ first, replay, insert }: Latency): string => `## CPU of a call

In microseconds of this process, user and system, of the same calls. The means count the garbage collection too; the targets are for
them.

${table(columns, [
  ...totals('first call', first, { lean: leanTotalTargets.first }),
  ...totals('replay', replay, { lean: leanTotalTargets.replay }),
  ...totals('insert', insert),
])}

What each adds to the calls to DynamoDB: the same less the bare calls of the client that it uses.

${table(columns, [...aboveFloor('first call', first), ...aboveFloor('replay', replay)])}`;
