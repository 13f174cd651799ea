import type { Samples } from '../interleave.ts';
import type { FloorName, Latency } from '../latency.ts';
import { quantile } from '../statistics.ts';
import type { Subject } from '../subjects.ts';
import { type Cell, fixed, grouped, table, verdict } from './markdown.ts';
import { subjects, titles } from './titles.ts';

const insertTarget = 0.45;

type Path = Record<Subject, Samples> & Partial<Record<FloorName, Samples>>;

const rowsOf = (path: string, samples: Path, target?: number): Cell[][] => {
  const at = ({ latencyMs }: Samples): [number, number] => [quantile(latencyMs, 0.5), quantile(latencyMs, 0.99)];
  const [peer50, peer99] = at(samples.peer);
  return [...subjects, 'sdkFloor' as const, 'leanFloor' as const].flatMap((name) => {
    const own = samples[name];
    if (!own) return [];
    const [p50, p99] = at(own);
    const isHeld = target !== undefined && name !== 'peer';
    return [
      [
        path,
        titles[name],
        fixed(p50, 2),
        fixed(p99, 2),
        fixed(p50 / peer50, 2),
        fixed(p99 / peer99, 2),
        isHeld ? verdict(Math.max(p50 / peer50, p99 / peer99), target) : '',
      ],
    ];
  });
};

export const latencySection = ({ limits, first, replay, insert }: Latency): string => `## Latency of a call

In milliseconds; ${grouped(limits.rounds)} rounds after ${grouped(limits.warmUp)} to warm up. A first call is two writes, a replay one write that is refused. The
insert is \`uniqueIndex\` with a key, one transaction, against the peer around a conditional put. Its targets are for p50 and p99 both.

${table(
  ['path', 'subject', 'p50', 'p99', "p50 to the peer's", "p99 to the peer's", 'target'],
  [...rowsOf('first call', first), ...rowsOf('replay', replay), ...rowsOf('insert', insert, insertTarget)],
)}`;
