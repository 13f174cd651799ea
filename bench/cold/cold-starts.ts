import type { FirstRequest } from '../processes/first-request.ts';
import { shuffled } from '../statistics.ts';
import { type Kind, kinds, type openEnvironments, type Place } from './environments.ts';
import { makeQuota } from './quota.ts';

export type Start = Awaited<ReturnType<typeof openEnvironments>>;

export type ColdStarts = Record<Kind, FirstRequest[]>;

/** Fresh processes, one after the other, each of another kind. */
const inTurns = async <Name extends Kind>(
  names: readonly Name[],
  rounds: number,
  start: (kind: Name) => Promise<FirstRequest>,
): Promise<Record<Name, FirstRequest[]>> => {
  const samples = Object.fromEntries(names.map((name) => [name, [] as FirstRequest[]])) as Record<Name, FirstRequest[]>;
  // The first process of each brings its file into the machine's cache.
  for (const name of names) await start(name);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of shuffled(names)) samples[name].push(await start(name));
  }
  return samples;
};

export const measureColdStarts = (start: Start, place: Place, rounds: number): Promise<ColdStarts> =>
  inTurns(Object.keys(kinds) as Kind[], rounds, (kind) => start(kind, place));

export const quotaKinds = ['empty', 'ours', 'oursAwaited', 'leanUnprepared', 'lean', 'leanAwaited', 'peer'] as const;

/** Kinds that are started more often, to see whether any of their first requests is refused. */
export const refusalKinds = ['ours', 'lean'] as const;

export interface AtQuota {
  megabytes: number;
  samples: Record<(typeof quotaKinds)[number], FirstRequest[]>;
  /** Of the kinds that are started more often: all statuses. */
  many: Record<(typeof refusalKinds)[number], FirstRequest[]>;
}

const memories = [128, 256, 512] as const;

/** The same with the part of a processor that small functions have, from when the function is loaded. */
export const measureQuotas = async (
  start: Start,
  place: Place,
  { rounds, many }: { rounds: number; many: number },
): Promise<AtQuota[]> => {
  const results: AtQuota[] = [];
  for (const megabytes of memories) {
    const quota = makeQuota(megabytes);
    if (!quota) return [];
    try {
      const run = (kind: Kind) => start(kind, place, quota.file);
      const samples = await inTurns(quotaKinds, rounds, run);
      results.push({ megabytes, samples, many: await inTurns(refusalKinds, many, run) });
    } finally {
      quota.remove();
    }
  }
  return results;
};
