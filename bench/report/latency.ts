import type { Samples } from '../interleave.ts';
import type { FloorName, Latency } from '../latency.ts';
import { quantile } from '../statistics.ts';
import type { Subject } from '../subjects.ts';
import { type Cell, fixed, grouped, table, verdict } from './markdown.ts';
import { subjects, titles } from './titles.ts';

const insertTargets = { ours: 0.45, lean: 0.32 };
const readFirstTargets = { ours: 0.8, lean: 0.8 };

type Path = Record<Subject, Samples> & Partial<Record<FloorName, Samples>>;

const rowsOf = (path: string, samples: Path, targets: Partial<Record<Subject | FloorName, number>> = {}): Cell[][] => {
  const at = ({ latencyMs }: Samples): [number, number] => [quantile(latencyMs, 0.5), quantile(latencyMs, 0.99)];
  const [peer50, peer99] = at(samples.peer);
  return [...subjects, 'sdkFloor' as const, 'leanFloor' as const].flatMap((name) => {
    const own = samples[name];
    if (!own) return [];
    const [p50, p99] = at(own);
    const target = targets[name];
    return [
      [
        path,
        titles[name],
        fixed(p50, 2),
        fixed(p99, 2),
        fixed(p50 / peer50, 2),
        fixed(p99 / peer99, 2),
        target === undefined ? '' : verdict(p50 / peer50, target),
      ],
    ];
  });
};

export const latencySection = ({
  limits,
  first,
  replay,
  insert,
  insertReplay,
  insertReadFirst,
}: Latency): string => `## Latency of a call

In milliseconds; ${grouped(limits.rounds)} rounds after ${grouped(limits.warmUp)} to warm up. A first call is two writes, a replay one write that is refused. The
insert is \`uniqueIndex\` with a key, one transaction, against the peer around a conditional put; repeated, it is answered by that transaction, or with
\`readFirst\` by one read, and by the peer's refused write. The targets are for p50.

${table(
  ['path', 'subject', 'p50', 'p99', "p50 to the peer's", "p99 to the peer's", 'target'],
  [
    ...rowsOf('first call', first),
    ...rowsOf('replay', replay),
    ...rowsOf('insert', insert, insertTargets),
    ...rowsOf('insert, repeated', insertReplay),
    ...rowsOf('insert, repeated, `readFirst`', insertReadFirst, readFirstTargets),
  ],
)}`;
