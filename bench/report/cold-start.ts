import type { HandlerName } from '../bundles.ts';
import type { ColdStarts } from '../cold-start.ts';
import { mapValues, median } from '../statistics.ts';
import { fixed, table, verdict } from './markdown.ts';
import { titles } from './titles.ts';

const leanTargetMs = 20;
const leanTarget = 0.3;

export const coldStartSection = ({ processes, samples }: ColdStarts): string => {
  const total = mapValues(samples, (starts) => median(starts.map(({ answerMs }) => answerMs)));
  const imported = mapValues(samples, (starts) => median(starts.map(({ importMs }) => importMs)));
  const over = mapValues(total, (ms) => ms - total.empty);
  const ratio = (name: HandlerName): number => over[name] / over.peer;
  return `## Cold start

A fresh process of Node each, the bundle with everything in it: the median milliseconds of ${processes} processes from the start of the process to
the first answer, the bundle's import among them, in random order. Lambda adds its own to each alike.

${table(
  ['handler', 'to the first answer', 'import', 'over empty', "over empty, to the peer's", 'target'],
  (Object.keys(samples) as HandlerName[]).map((name) => [
    titles[name],
    fixed(total[name], 1),
    fixed(imported[name], 1),
    fixed(over[name], 1),
    fixed(ratio(name), 2),
    name === 'lean' ? `${verdict(over.lean, leanTargetMs, ' ms')}; ${verdict(ratio('lean'), leanTarget)}` : '',
  ]),
)}`;
};
