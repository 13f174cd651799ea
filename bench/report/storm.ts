import { mean, median } from '../statistics.ts';
import { type Storm, stormShape } from '../storm.ts';
import type { Subject } from '../subjects.ts';
import { fixed, grouped, table } from './markdown.ts';
import { subjects, titles } from './titles.ts';

const { requests, keys, atOnce, workMs } = stormShape;

export const stormSection = (storms: Record<Subject, Storm[]>): string => {
  const msOf = (name: Subject): number => median(storms[name].map(({ ms }) => ms));
  const meanOf = (name: Subject, what: keyof Storm): number => mean(storms[name].map((storm) => storm[what]));
  const isMet = (name: Subject): boolean =>
    storms[name].every(({ executions }) => executions === keys) && msOf(name) <= msOf('peer');
  return `## A storm of duplicates

${grouped(requests)} requests on ${keys} keys, ${atOnce} at a time, each run taking ${workMs} ms; ${storms.ours.length} storms each, in turn: the median time, the mean of the rest.
A duplicate of a run that has ended gets the answer, one of a run that goes on is refused. Runs above ${keys} are duplicates that ran beside or
after the first. A refused write reports no capacity and is counted as the one unit that it is, the records being below 1 KB.

${table(
  [
    'subject',
    'runs',
    'answers',
    'refusals',
    'ms',
    'write units',
    `target: ${keys} runs each, in no more time than the peer`,
  ],
  subjects.map((name) => [
    titles[name],
    fixed(meanOf(name, 'executions'), 1),
    fixed(meanOf(name, 'answers'), 1),
    fixed(meanOf(name, 'refusals'), 1),
    fixed(msOf(name), 0),
    fixed(meanOf(name, 'writeUnits'), 0),
    name === 'peer' ? '' : isMet(name) ? 'met' : 'not met',
  ]),
)}`;
};
