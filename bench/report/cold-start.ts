import type { AtQuota, ColdStarts } from '../cold/cold-starts.ts';
import { type Kind, kinds } from '../cold/environments.ts';
import type { FirstRequest } from '../processes/first-request.ts';
import { mapValues, median } from '../statistics.ts';
import { type Cell, fixed, table, verdict } from './markdown.ts';

const tlsTargets: Partial<Record<Kind, number>> = { leanAwaited: 0.2, oursAwaited: 0.35 };
const quotaTargets: Partial<Record<Kind, number>> = { leanAwaited: 0.2 };

const medianOf = (starts: readonly FirstRequest[], what: 'initMs' | 'firstMs' | 'firstCpuMicros' | 'nextMs'): number =>
  median(starts.map((start) => start[what]));

const titleOf = (name: Kind): string => kinds[name].title;

/** What the first requests take beyond those of an empty handler, and that to the peer's. */
export const overEmpty = <Name extends Kind>(samples: Record<Name | 'empty' | 'peer', FirstRequest[]>) => {
  const first = mapValues<Name | 'empty' | 'peer', FirstRequest[], number>(samples, (starts) =>
    medianOf(starts, 'firstMs'),
  );
  const over = mapValues(first, (ms) => ms - first.empty);
  return { over, toPeer: mapValues(over, (ms) => ms / over.peer) };
};

const rowsOf = (samples: ColdStarts, targets: Partial<Record<Kind, number>>): Cell[][] => {
  const { over, toPeer } = overEmpty(samples);
  return (Object.keys(samples) as Kind[]).map((name) => {
    const target = targets[name];
    return [
      titleOf(name),
      fixed(medianOf(samples[name], 'initMs'), 1),
      fixed(medianOf(samples[name], 'firstMs'), 1),
      fixed(medianOf(samples[name], 'firstCpuMicros') / 1000, 1),
      fixed(medianOf(samples[name], 'nextMs'), 1),
      fixed(over[name], 1),
      fixed(toPeer[name], 2),
      target === undefined ? '' : verdict(toPeer[name], target),
    ];
  });
};

const columns = [
  'handler',
  'init',
  'first request',
  'its CPU',
  'next request',
  'first over empty',
  "to the peer's",
  'target',
];

export interface ColdStartSections {
  plain: ColdStarts;
  /** `undefined` where there is no `openssl`. */
  tls: ColdStarts | undefined;
  /** Empty where no control groups can be made. */
  quotas: readonly AtQuota[];
}

const quotaSection = ({ megabytes, samples, many }: AtQuota): string => {
  const { over, toPeer } = overEmpty(samples);
  const rows = (Object.keys(samples) as (keyof typeof samples)[]).map((name): Cell[] => {
    const target = quotaTargets[name];
    return [
      titleOf(name),
      fixed(medianOf(samples[name], 'firstMs'), 0),
      fixed(Math.max(...samples[name].map(({ firstMs }) => firstMs)), 0),
      fixed(over[name], 0),
      fixed(toPeer[name], 2),
      target === undefined ? '' : verdict(toPeer[name], target),
    ];
  });
  const refused = (Object.keys(many) as (keyof typeof many)[]).map((name) => {
    const starts = many[name];
    const count = starts.filter(({ statusCode }) => statusCode !== 201).length;
    const slowest = fixed(Math.max(...starts.map(({ firstMs }) => firstMs)), 0);
    return `${titleOf(name)}: ${count} of ${starts.length} refused, the slowest took ${slowest} ms`;
  });
  return `#### ${megabytes} MB

${table(['handler', 'first request', 'slowest', 'over empty', "to the peer's", 'target'], rows)}

More of them, to see whether any is refused: ${refused.join('; ')}.`;
};

export const coldStartSection = ({
  plain,
  tls,
  quotas,
}: ColdStartSections): string => `## The first request of an environment

A fresh process of Node each, the bundle with everything in it, in random order: medians of ${plain.empty.length} in milliseconds. Init is from the start of
the process until the handler is there; what Lambda's runtime interface client loads has been loaded before. Then comes the first request, and another
one. "Over empty" is what the first request takes beyond that of an empty handler. Without \`warmUp\` nothing is prepared in init; by default that
is begun; \`await warmUp()\` waits for it.

${
  tls
    ? `### Over TLS

Before the engine stands a proxy with a certificate, so a connection takes a handshake, as DynamoDB's does.

${table(columns, rowsOf(tls, tlsTargets))}

### Without TLS

`
    : 'Not measured over TLS: there is no `openssl` on this machine.\n\n'
}${table(columns, rowsOf(plain, {}))}

### On little memory, ${tls ? 'over TLS' : 'without TLS'}

${
  quotas.length > 0
    ? `Lambda gives 1,769 MB a whole processor, and less memory its part: a control group with that part from the end of init on.

${quotas.map(quotaSection).join('\n\n')}`
    : 'Not measured: this machine lets nobody make control groups.'
}`;
