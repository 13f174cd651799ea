import { expect, it } from 'vitest';
import { describeRedis } from '../support/redis.ts';
import { clientKinds, recordEntries } from '../torture/entry-points.ts';
import { torture } from '../torture/torture.ts';

/** After the faults it goes on until every operation has come to its end. */
const limitMs = 120_000;

describeRedis('a short torture on Redis', () => {
  it(
    'G284: breaks no rule, at any entry point that has a record',
    async () => {
      const outcome = await torture({ seconds: 4, seed: 20, store: 'redis', clients: clientKinds.redis });
      const asked = outcome?.history.lines.filter((line) => line.kind === 'asked') ?? [];
      expect(new Set(asked.map(({ entry }) => entry))).toEqual(new Set(recordEntries));
      expect(outcome?.faults.size).toBeGreaterThan(0);
      expect(outcome?.violations).toEqual([]);
    },
    limitMs,
  );
});
