import { expect, it } from 'vitest';
import { describeRedis } from '../support/redis.ts';
import { clientKinds, recordEntries } from '../torture/entry-points.ts';
import { torture } from '../torture/torture.ts';

/** After the faults each goes on until every operation has come to its end. */
const limitMs = 240_000;

describeRedis('short tortures on Redis', () => {
  it(
    'G284: break no rule, until every entry point that has a record was asked for',
    async () => {
      const asked = new Set<string>();
      let faults = 0;
      for (let seed = 20; asked.size < recordEntries.length || faults === 0; seed += 1) {
        const outcome = await torture({ seconds: 4, seed, store: 'redis', clients: clientKinds.redis });
        expect(outcome?.violations).toEqual([]);
        for (const line of outcome?.history.lines ?? []) if (line.kind === 'asked') asked.add(line.entry);
        faults += outcome?.faults.size ?? 0;
      }
      expect([...asked].toSorted()).toEqual([...recordEntries].toSorted());
    },
    limitMs,
  );
});
